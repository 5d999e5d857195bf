import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../../../shared/core/rules/compiled-rule.ts';
import { failedCases } from '../../../shared/core/rules/rule-cases.ts';
import { checkRules, type Complaint } from '../../../shared/core/rules/rule-check.ts';
import type { RuleFile } from '../../../shared/core/rules/rule-of-file.ts';
import { RULE } from '../../../shared/core/rules/rule-format.ts';
import { ruleSchema, ruleSchemaText } from '../../../shared/core/rules/rule-schema.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const CASES = {
  matches: [
    { name: 'stopped', event: { eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com' } },
  ],
  ignores: [
    { name: 'started', event: { eventName: 'StartLogging', eventSource: 'cloudtrail.amazonaws.com' } },
  ],
};

/** A rule without a fault but for what is given. */
function rule(id: string, more: object = {}, path = `${id}.yml`): RuleFile {
  const document = {
    id,
    title: 'A trail was stopped',
    severity: 'high',
    owner: 'security',
    why: 'Nothing is recorded.',
    runbook: 'Start it.',
    falsePositives: ['Maintenance.'],
    pattern: { eventSource: ['cloudtrail.amazonaws.com'], eventName: ['StopLogging'] },
    cases: CASES,
    ...more,
  };
  return { path, text: JSON.stringify(document) };
}

function complaints(...files: RuleFile[]): readonly Complaint[] {
  return checkRules(files, NOW).complaints;
}

/** `error case: …` */
function lines(...files: RuleFile[]): string[] {
  return complaints(...files).map(({ level, code, message }) => `${level} ${code}: ${message}`);
}

const suppression = (until: string, pattern: object): object => ({
  suppressions: [{ reason: 'Agreed with the platform team', until, pattern }],
});

const SIGMA = (condition: string, filter: string): string => `
title: Trail stopped
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: StopLogging }
  filter: { ${filter} }
  condition: ${condition}
level: high
`;

describe('the check of rules', () => {
  it('has nothing to say about a rule without a fault', () => {
    expect(complaints(rule('trail-stopped'))).toEqual([]);
  });

  it('takes a Sigma rule as it is, without cases', () => {
    const text = SIGMA('selection and not filter', 'errorCode: AccessDenied');
    const { rules, complaints } = checkRules([{ path: 'sigma/aws_trail_stopped.yml', text }], NOW);
    expect(complaints).toEqual([]);
    expect(rules.map(({ rule }) => rule.definition.id)).toEqual(['aws-trail-stopped']);
  });

  it.each<[string, RuleFile, RegExp]>([
    ['no YAML', { path: 'a.yml', text: 'a: [b' }, /^error unusable: rule a\.yml: not YAML/],
    ['a field that is missing', rule('a', { owner: undefined }), /^error unusable: rule a: [\s\S]*owner/],
    ['a field that is unknown', rule('a', { tittle: 'x' }), /^error unusable: rule a: [\s\S]*tittle/],
    [
      'a pattern that is none',
      rule('a', { pattern: { eventName: [{ prefx: 'A' }] } }),
      /^error unusable: rule a: eventName\[0\]\.prefx: .*known are/,
    ],
    [
      'a pattern of EventBridge’s events',
      rule('a', { pattern: { source: ['aws.cloudtrail'], detail: { eventName: ['StopLogging'] } } }),
      /^error unusable: rule a: [\s\S]*under "detail": give what stands there/,
    ],
    [
      'a suppression that is no pattern',
      rule('a', suppression('2027-01-01', { eventName: 'A' })),
      /^error unusable: rule a: eventName: a list of values/,
    ],
    [
      'a file that has another name',
      rule('trail-stopped', {}, 'trail-stoped.yml'),
      /^warning file-name: the rule is called trail-stopped, and its file trail-stoped: /,
    ],
    [
      'a field that CloudTrail does not have',
      rule('a', {
        pattern: {
          eventName: ['StopLogging'],
          'userIdentity.sessionContext.sessionIssuer.useName': [{ exists: false }],
        },
      }),
      /^warning unknown-field: .*sessionIssuer\.useName; is userIdentity\.sessionContext\.sessionIssuer\.userName meant\?$/,
    ],
    [
      'a group by such a field',
      rule('a', { group: { by: ['sourceIpAdress'], window: '1h' } }),
      /^warning unknown-field: .*sourceIpAdress; is sourceIPAddress meant\?$/,
    ],
    [
      'a condition that says nothing',
      rule('a', {
        pattern: { eventName: ['StopLogging'], errorCode: [{ exists: true }, { exists: false }] },
      }),
      /^warning idle-condition: a condition says nothing: errorCode is present, or is absent: that is so of every record$/,
    ],
    [
      'a suppression that is over',
      rule('a', suppression('2026-11-20', { awsRegion: ['eu-west-1'] })),
      /^warning suppression-over: the suppression "Agreed with the platform team" ended on 2026-11-20: take it out/,
    ],
    [
      'one that ends soon',
      rule('a', suppression('2026-12-05', { awsRegion: ['eu-west-1'] })),
      /^note suppression-ends: .* ends with 2026-12-05/,
    ],
    [
      'one that takes out everything',
      rule('a', suppression('2027-11-21', { eventName: [{ prefix: 'Stop' }] })),
      /^warning always-suppressed: .* takes out all that the rule selects: it alerts nobody until 2027-11-21$/,
    ],
  ])('names %s', (_, file, expected) => {
    expect(lines(file)).toEqual([expect.stringMatching(expected)]);
  });

  describe('holds the fields of groups and thresholds against the matching cases', () => {
    const withParameters = (...all: object[]): object => ({
      cases: {
        ...CASES,
        matches: all.map((requestParameters, i) => ({
          name: `case ${i}`,
          event: { ...CASES.matches[0]?.event, requestParameters },
        })),
      },
    });
    const groupBy = (...by: string[]): object => ({ group: { by, window: '1h' } });
    const counting = (distinct: string): object => ({ threshold: { events: 5, distinct } });
    const trail = { name: 'a', list: [{ id: 'x' }], empty: '', nothing: null, of: { many: 1 } };

    it.each<[string, object, RegExp]>([
      [
        'a group by a field that none has',
        groupBy('requestParameters.nonsense'),
        /^warning field-in-no-case: none of its matching cases has a value in requestParameters\.nonsense: all events would be one group; name /,
      ],
      [
        'a group that tells accounts apart, and nothing else',
        groupBy('recipientAccountId', 'awsRegion', 'userIdentity.arn', 'requestParameters.nonsense'),
        /: all events of the same recipientAccountId and awsRegion and userIdentity\.arn would be one group; /,
      ],
      [
        'several such fields',
        groupBy('requestParameters.a', 'requestParameters.b'),
        /has a value in requestParameters\.a or requestParameters\.b: /,
      ],
      ['a field within a list', groupBy('requestParameters.list.id'), /requestParameters\.list\.id: /],
      ['a field that is empty', groupBy('requestParameters.empty'), /requestParameters\.empty: /],
      ['a field that is null', groupBy('requestParameters.nothing'), /requestParameters\.nothing: /],
      ['a documented field', groupBy('errorCode'), /has a value in errorCode: /],
      [
        'a threshold that counts such a field',
        counting('requestParameters.nonsense'),
        /^warning field-in-no-case: .*requestParameters\.nonsense: its values would count as one, and the threshold of 5 would never be reached/,
      ],
    ])('and names %s', (_, more, expected) => {
      const file = rule('a', { ...withParameters(trail, { ...trail, name: 'b' }), ...more });
      expect(lines(file)).toEqual([expect.stringMatching(expected)]);
    });

    it.each<[string, object]>([
      ['a field that one of the cases has', groupBy('requestParameters.rare')],
      ['groups of which one field is there', groupBy('requestParameters.nonsense', 'requestParameters.name')],
      ['an object', groupBy('requestParameters.of')],
      ['a list', counting('requestParameters.list')],
      ['what every record has', groupBy('recipientAccountId', 'userIdentity.principalId', 'sourceIPAddress')],
      ['a count of what every record has', counting('eventName')],
    ])('and has nothing against %s', (_, more) => {
      const file = rule('a', { ...withParameters(trail, { ...trail, rare: 1 }), ...more });
      expect(lines(file)).toEqual([]);
    });

    it('and leaves alone a rule without such cases', () => {
      const codes = complaints(rule('a', { cases: {}, ...groupBy('requestParameters.nonsense') }));
      expect(codes.map(({ code }) => code)).toEqual(['too-few-cases']);
    });
  });

  it('has nothing against a suppression that holds today and for longer', () => {
    expect(lines(rule('a', suppression('2026-12-06', { awsRegion: ['eu-west-1'] })))).toEqual([]);
    expect(lines(rule('a', suppression('2026-11-21', { awsRegion: ['eu-west-1'] })))[0]).toMatch(/^note/);
  });

  it('names cases that come out otherwise, and which condition failed', () => {
    const event = { eventName: 'StartLogging', eventSource: 'cloudtrail.amazonaws.com' };
    const stopped = CASES.matches[0]?.event;
    const cases = {
      matches: [{ name: 'to match', event }],
      ignores: [{ name: 'to be ignored', event: stopped }],
      malformed: [{ name: 'no verdict', event: stopped }],
    };
    expect(lines(rule('a', { cases }))).toEqual([
      'error case: the case "to match" is to match, and does not:\n  eventName is "StopLogging"; it is "StartLogging"',
      'error case: the case "to be ignored" is to be ignored, and matches',
      'error case: the malformed case "no verdict" is to come to "no match": it matches',
    ]);
  });

  it('names a malformed case that is nested too deep to be judged', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 1100; i += 1) deep = [deep];
    const malformed = [{ name: 'deep', event: { requestParameters: { a: deep } } }];
    const pattern = { 'requestParameters.a': ['x'] };
    const matches = [{ name: 'one', event: { requestParameters: { a: 'x' } } }];
    const { text } = rule('a', { pattern });
    const cases = { malformed, matches: [...matches, ...malformed] };
    const deepRule = compileRule({ ...(JSON.parse(text) as object), cases });
    expect(failedCases(deepRule)).toEqual([
      'the case "deep" is to match, and does not:',
      expect.stringMatching(/^the malformed case "deep" is to come to "no match": .*more than 1000 lists/),
    ]);
  });

  it('wants a case of either kind for a pattern', () => {
    expect(lines(rule('a', { cases: {} }))).toEqual([
      expect.stringMatching(/^error too-few-cases: .*cases\.matches .*, and .*cases\.ignores/),
    ]);
    expect(lines(rule('a', { cases: { matches: CASES.matches } }))).toEqual([
      expect.stringMatching(/^error too-few-cases: [^,]*cases\.ignores/),
    ]);
  });

  it('names conditions that no event fulfils, and alternatives', () => {
    const path = 'aws_x.yml';
    const never = SIGMA('selection and filter', 'eventName: StartLogging');
    expect(lines({ path, text: never })[0]).toMatch(
      /^error selects-nothing: no event can match: eventName is "StopLogging".*, and at the same time eventName is "StartLogging"/,
    );
    const excluded = SIGMA('selection and not filter', 'eventName|startswith: Stop');
    expect(lines({ path, text: excluded })[0]).toMatch(
      /^error selects-nothing: .* excluded again by a "not"/,
    );
    const alternative = SIGMA('selection or (selection and not filter)', 'eventName|startswith: Stop');
    expect(lines({ path, text: alternative })[0]).toMatch(
      /^warning dead-alternative: one of its alternatives/,
    );
  });

  it('names two rules of one id', () => {
    expect(complaints(rule('a'), rule('a', {}, 'other/a.yml'))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'duplicate-id', level: 'error', path: 'other/a.yml', rule: 'a' }),
      ]),
    );
  });

  it('names rules that select the same events, and those that overlap', () => {
    const found = complaints(
      rule('a'),
      rule('b'),
      rule('broad', { pattern: { eventName: ['StopLogging', 'DeleteTrail'] } }),
    );
    expect(found.map(({ level, code, rule }) => `${level} ${code} ${rule}`)).toEqual([
      'warning same-events a',
      'note overlap a',
      'note overlap b',
    ]);
    expect(found[1]?.message).toMatch(/selected by broad too/);
  });
});

describe('the schema of a rule', () => {
  const path = new URL('../../../rules/rule.schema.json', import.meta.url);

  it('in rules/ is what trailseal rules schema > rules/rule.schema.json makes it', () => {
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(ruleSchemaText()));
  });

  it('knows the fields that the code knows, and no others', () => {
    const { properties, additionalProperties } = ruleSchema();
    expect(Object.keys(properties as object).sort()).toEqual(Object.keys(RULE.shape).sort());
    expect(additionalProperties).toBe(false);
  });
});
