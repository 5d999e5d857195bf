import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { capitalised, ref, type Fragment, type Resource } from './template.ts';

const FOLDER = join(import.meta.dirname, '..', 'queries');

/** Every file of queries/ as a saved query of the workgroup. */
export function namedQueries(): Fragment {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  return { Resources: Object.fromEntries(files.sort().map((file) => namedQuery(file))) };
}

function namedQuery(file: string): [name: string, resource: Resource] {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const name = basename(file, '.sql').split('-').map(capitalised).join('');
  return [
    `${name}Query`,
    {
      Type: 'AWS::Athena::NamedQuery',
      Properties: {
        Name: header(text, 'title', file),
        Description: header(text, 'look at', file),
        Database: ref('Database'),
        WorkGroup: ref('Workgroup'),
        QueryString: text,
      },
    },
  ];
}

function header(text: string, field: string, file: string): string {
  const line = new RegExp(`^-- ${field}: (.+)$`, 'm').exec(text)?.[1];
  if (line === undefined) throw new Error(`queries/${file} lacks its line "-- ${field}: …"`);
  return line;
}
