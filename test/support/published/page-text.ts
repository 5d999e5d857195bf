import { LAKE_ADDRESS } from './sources.ts';

/** What docs/published-queries.md says before its tables. */
export const ABOUT = `# AWS’s published CloudTrail queries

Which of the CloudTrail queries in AWS’s guides, security playbooks and CloudTrail Lake samples run here as they are published, and why any doesn’t.
\`npm run test:published\` writes this page from a run; \`npm test\` holds it to what was recorded (\`test/fixtures/published-verdicts.json\`: each query’s place, SHA-256 and verdicts), and
where the texts stand below \`../shared/data/published\` it runs them all again: a row that says “runs” and doesn’t fails, and the other way round.

Not one character of a query is changed but the table’s name and the values that its text tells the reader to put in (\`test/support/published/filled-in.ts\`, all of it). The texts are AWS’s and
are not in this repository: put clones of the repositories and the pages as Markdown below one folder, each under the name that heads its section, and

    npm run test:published -- --texts DIR [--trino http://HOST:PORT/CATALOG/SCHEMA]

“DuckDB” is \`trailseal query\`’s dialect and views over some four hundred events of the sample, “Trino” a Trino 476 with the same views over each kind of those events. “Runs” means
to its last row, without an error; most ask for something that the sample hasn’t, and find nothing. Queries of the same constructs with known answers are in
\`test/fixtures/published-queries\` and \`test/fixtures/cloudtrail-lake-queries\`.`;

/** And after them. */
export const LEFT_OUT = `## Left out

- No queries: \`CREATE TABLE … AS\`, \`INSERT\` and \`ALTER\` statements between them (two in the Bootstrap’s file, \`ConfigTableCreation.sql\` in ${LAKE_ADDRESS}), and all that CloudWatch Logs Insights is asked.
- Over AWS Config’s items alone: four more \`ssm-patch-compliance-*.sql\` of the Lake samples.
- Looked through and without a CloudTrail query: \`aws-samples/aws-customer-playbook-framework\`; the incident response playbooks that point to the \`.sql\` files; \`athena-queries-dos.sql\` (CloudFront, WAF and flow logs).
- Not looked up, for only excerpts of them could be read: AWS’s blog posts, re:Post.`;
