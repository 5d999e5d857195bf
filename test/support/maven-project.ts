import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Builds the Maven project in `folder`, whose pom.xml says that it is built in `target`, and gives what `java` is to be called with before the
 * class's name. Throws, with what it is needed for, if there is no Java or no Maven.
 */
export function buildMavenProject(folder: string, target: string, neededFor: string): string[] {
  for (const program of ['java', 'mvn'])
    if (spawnSync(program, ['-version'], { stdio: 'ignore' }).error !== undefined)
      throw new Error(`${program} is missing: a Java 17 or later, and Maven, ${neededFor}`);
  const built = spawnSync('mvn', ['-q', '-B', '-f', folder, 'compile', 'dependency:copy-dependencies'], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`mvn could not build ${folder}: ${built.stdout}${built.stderr}`);
  return ['-cp', `${join(target, 'classes')}:${join(target, 'dependency')}/*`];
}
