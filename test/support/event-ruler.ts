import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../java', import.meta.url));
const BUILT = fileURLToPath(new URL('../../node_modules/.cache/trailseal-ruler', import.meta.url));

/** Of aws/event-ruler, as test/java pins it. */
export function eventRulerVersion(): string {
  const pom = readFileSync(join(FOLDER, 'pom.xml'), 'utf8');
  return /<artifactId>event-ruler<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
}

/** Builds test/java and gives what `java` is to be called with, before the class's name. Throws if there is no Java, or no Maven. */
export function buildEventRuler(): string[] {
  for (const program of ['java', 'mvn'])
    if (spawnSync(program, ['-version'], { stdio: 'ignore' }).error !== undefined)
      throw new Error(`${program} is missing: a Java 17 or later, and Maven, run event-ruler beside ours`);
  const built = spawnSync('mvn', ['-q', '-B', '-f', FOLDER, 'compile', 'dependency:copy-dependencies'], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`mvn could not build ${FOLDER}: ${built.stdout}${built.stderr}`);
  return ['-cp', `${join(BUILT, 'classes')}:${join(BUILT, 'dependency')}/*`];
}
