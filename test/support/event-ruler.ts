import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildMavenProject } from './maven-project.ts';

const FOLDER = fileURLToPath(new URL('../java', import.meta.url));
const BUILT = fileURLToPath(new URL('../../node_modules/.cache/trailseal-ruler', import.meta.url));

/** Of aws/event-ruler, as test/java pins it. */
export function eventRulerVersion(): string {
  const pom = readFileSync(join(FOLDER, 'pom.xml'), 'utf8');
  return /<artifactId>event-ruler<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
}

/** Builds test/java and gives what `java` is to be called with, before the class's name. Throws if there is no Java, or no Maven. */
export function buildEventRuler(): string[] {
  return buildMavenProject(FOLDER, BUILT, 'run event-ruler beside ours');
}
