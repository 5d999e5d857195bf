import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, nameOf } from '../support/published/catalogue.ts';
import { filledIn } from '../support/published/filled-in.ts';
import { PAGE, pageOf } from '../support/published/page.ts';
import { SOURCES } from '../support/published/sources.ts';
import { statementsOf } from '../support/published/statements.ts';
import { reasonOf } from '../support/published/verdict.ts';

describe('docs/published-queries.md', () => {
  it('says what was recorded', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(catalogue()));
  });

  it('names each query once, and has queries of every source', () => {
    const entries = catalogue();
    expect(new Set(entries.map(nameOf)).size).toBe(entries.length);
    expect(new Set(entries.map(({ source }) => source))).toEqual(
      new Set(SOURCES.map(({ folder }) => folder)),
    );
  });
});

describe('the queries of a text', () => {
  it('are the whole file, where a file is one query', () => {
    expect(statementsOf('/* a note */\n\nSELECT 1\n', 'file')).toEqual(['/* a note */\n\nSELECT 1']);
  });

  it('stand between empty lines, from SELECT or WITH on', () => {
    const text =
      '-- who\nSELECT 1;\n\n-- a table\nCREATE TABLE t AS\nSELECT 2;\n \nWITH a AS (SELECT 3)\nSELECT * FROM a';
    expect(statementsOf(text, 'paragraphs')).toEqual(['SELECT 1;', 'WITH a AS (SELECT 3)\nSELECT * FROM a']);
  });

  it('stand in a page’s code blocks, which also have other things', () => {
    const page = 'Ask:\n\n```sql\nSELECT 1\n\nFROM t\n```\n\n  ```\n  SELECT 2\n  ```\n\n```bash\nls\n```\n';
    expect(statementsOf(page, 'fences')).toEqual(['SELECT 1\n\nFROM t', 'SELECT 2']);
  });
});

describe('filling in', () => {
  const lake = { called: SOURCES.find(({ tables }) => tables.includes('cloudtrail_lake'))?.called ?? /$/g };

  it('names the table, whatever the text calls it', () => {
    const text = 'SELECT eventName FROM <event_data_store_ID> a JOIN $EDS_ID b ON a.x = b.x';
    expect(filledIn(text, lake, 'ours')).toBe('SELECT eventName FROM ours a JOIN ours b ON a.x = b.x');
  });

  it('gives times that the text leaves open', () => {
    const text = "WHERE eventtime > 'START_TIME' AND eventtime <= '${date_filter}' AND eventid = $EVENT_ID";
    expect(filledIn(text, lake, 'ours')).toBe(
      "WHERE eventtime > '2000-01-01T00:00:00Z' AND eventtime <= '2100-01-01 00:00:00' AND eventid = '00000000-0000-0000-0000-000000000000'",
    );
  });

  it('leaves values alone that only find nothing', () => {
    const text = "SELECT 1 FROM t WHERE requestparameters LIKE '%[your bucket name ]%'";
    expect(filledIn(text, lake, 'ours')).toBe(text);
  });
});

describe('a refusal', () => {
  it('has the same reason from both engines', () => {
    expect(
      reasonOf('Binder Error: Cannot extract field \'roleArn\' from expression "requestparameters"'),
    ).toBe('json-field');
    expect(reasonOf('line 7:7: Expression requestParameters is not of type ROW')).toBe('json-field');
  });

  it('that nothing explains is an error of ours', () => {
    expect(() => reasonOf('Catalog Error: Scalar Function with name soundex does not exist!')).toThrow(
      /soundex/,
    );
    expect(() => reasonOf('Catalog Error: Table with name cloudtrail_lake does not exist!')).toThrow(
      /no known reason/,
    );
  });
});
