import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { zipOfOneFile } from '../../deploy/zip.ts';
import { pythonEnvironment } from '../setup/python.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const run = promisify(execFile);

const REPORT = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
[entry] = archive.infolist()
assert archive.testzip() is None
print(entry.filename, oct(entry.external_attr >> 16), entry.date_time[0], len(archive.read(entry)))
archive.extractall(sys.argv[2])
`;

it('a zip says the same to another reader: name, mode, time and every byte', async () => {
  const folder = await scratchFolder();
  const contents = Buffer.from('export const größe = 1;\n'.repeat(5000));
  await writeFile(join(folder, 'a.zip'), zipOfOneFile('functions/größe.mjs', contents));
  const { stdout } = await run(await pythonEnvironment(), ['-c', REPORT, join(folder, 'a.zip'), folder]);
  expect(stdout.trim()).toBe(`functions/größe.mjs 0o100644 1980 ${contents.length}`);
  expect(contents.equals(await readFile(join(folder, 'functions', 'größe.mjs')))).toBe(true);
});

it('a zip of nothing is a zip', async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, 'a.zip'), zipOfOneFile('empty', new Uint8Array()));
  const { stdout } = await run(await pythonEnvironment(), ['-c', REPORT, join(folder, 'a.zip'), folder]);
  expect(stdout.trim()).toBe('empty 0o100644 1980 0');
});
