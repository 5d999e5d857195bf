import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { forward } from '../../deploy/forward.ts';
import { deployedRules, rulesModule } from '../../deploy/rules-module.ts';
import type { CompiledRule } from '../../shared/core/rules/compiled-rule.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const RULE = `id: mine
title: Mine
severity: low
owner: me
why: It matters.
runbook: Look.
falsePositives: [none]
pattern: { eventName: [StopLogging] }
cases:
  matches: [{ name: it is, event: { eventName: StopLogging } }]
`;

describe('a folder of rules that is deployed', () => {
  it('is packaged as it is, Sigma rules too, without its cases', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'sigma'));
    await writeFile(join(folder, 'mine.yml'), RULE);
    await writeFile(
      join(folder, 'sigma', 'aws_stopped.yml'),
      `title: Stopped
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: StopLogging }, condition: s }
`,
    );
    const rules = await deployedRules('/nowhere', folder);
    const { outputFiles } = await build({
      stdin: {
        contents: "export { packagedRules } from './functions/packaged-rules.ts'",
        resolveDir: process.cwd(),
      },
      plugins: [rulesModule(rules)],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
    });
    const text = outputFiles[0]?.text ?? '';
    const { packagedRules } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
      packagedRules: readonly CompiledRule[];
    };
    expect(packagedRules.map(({ definition }) => [definition.id, definition.cases.matches])).toEqual([
      ['mine', []],
      ['aws-stopped', []],
    ]);
    expect(packagedRules.map(({ predicate }) => predicate)).toEqual(rules.map(({ predicate }) => predicate));
  });

  it('that holds one that can’t be used stops the deployment, and says which and why', async () => {
    const folder = await scratchFolder();
    await writeFile(join(folder, 'good.yml'), RULE);
    await writeFile(join(folder, 'bad.yml'), RULE.replace('[StopLogging] }', '[{ prefx: Stop }] }'));
    await expect(deployedRules('/nowhere', folder)).rejects.toThrow(/bad\.yml: rule mine: .*prefx/s);
    await expect(deployedRules('/nowhere', join(folder, 'none'))).rejects.toThrow(
      /The parameter rules must be/,
    );
  });
});

it.each(['0', '1441', '1.5', 'a week'])('alertMaxAgeHours can’t be %s', async (hours) => {
  await expect(forward('test', 'rules', hours)).rejects.toThrow(/alertMaxAgeHours must be a whole number/);
});
