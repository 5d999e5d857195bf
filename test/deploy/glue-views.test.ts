import { describe, expect, it } from 'vitest';
import { glueViews, hiveTypeOfView } from '../../deploy/glue-views.ts';
import { hiveType } from '../../deploy/glue-columns.ts';
import { athenaEvents } from '../../shared/adapters/athena-once-each.ts';
import { COLUMNS, PARTITION_COLUMNS } from '../../shared/core/columns.ts';
import { ALL_VIEWS } from '../../shared/core/views/all-views.ts';
import { CLOUDTRAIL_LAKE } from '../../shared/core/views/cloudtrail-lake.ts';
import { viewSql } from '../../shared/core/views/view.ts';
import { viewTypeOf } from '../../shared/core/views/view-type.ts';

interface GlueView {
  readonly Name: string;
  readonly TableType: string;
  readonly Parameters: Readonly<Record<string, string>>;
  /** Text, or what CloudFormation makes one of. */
  readonly ViewOriginalText:
    | string
    | {
        readonly 'Fn::Join': readonly [
          '',
          readonly [string, { readonly 'Fn::Base64': { readonly 'Fn::Sub': string } }, string],
        ];
      };
  readonly StorageDescriptor: { readonly Columns: readonly { Name: string; Type: string }[] };
}

const views = Object.values(glueViews('trailseal_test')).map(
  ({ Properties }) => Properties['TableInput'] as unknown as GlueView,
);

interface PrestoView {
  readonly originalSql: string;
  readonly schema: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

function definition({ ViewOriginalText }: GlueView): PrestoView {
  if (typeof ViewOriginalText !== 'string') {
    const [begin, encoded, end] = ViewOriginalText['Fn::Join'][1];
    if (begin !== '/* Presto View: ' || end !== ' */')
      throw new Error(`${begin}…${end} is no view of Athena's`);
    return JSON.parse(encoded['Fn::Base64']['Fn::Sub']) as PrestoView;
  }
  const encoded = /^\/\* Presto View: ([\w+/=]+) \*\/$/.exec(ViewOriginalText)?.[1] ?? '';
  return JSON.parse(Buffer.from(encoded, 'base64').toString()) as PrestoView;
}

/** CloudTrail user guide, "Supported schema for CloudTrail event record fields", in its order. */
const LAKE: readonly (readonly [name: string, type: string])[] = [
  ['eventversion', 'string'],
  [
    'useridentity',
    'struct<type:string,principalid:string,arn:string,accountid:string,accesskeyid:string,username:string,' +
      'sessioncontext:struct<attributes:struct<creationdate:timestamp,mfaauthenticated:string>,' +
      'sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,' +
      'webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>,' +
      'sourceidentity:string,ec2roledelivery:string,ec2issuedinvpc:string>,' +
      'onbehalfof:struct<userid:string,identitystorearn:string>,' +
      'inscopeof:struct<sourcearn:string,sourceaccount:string,issuertype:string,credentiaisissuedto:string>,' +
      'invokedby:string,identityprovider:string>',
  ],
  ['eventtime', 'timestamp'],
  ['eventsource', 'string'],
  ['eventname', 'string'],
  ['awsregion', 'string'],
  ['sourceipaddress', 'string'],
  ['useragent', 'string'],
  ['errorcode', 'string'],
  ['errormessage', 'string'],
  ['requestparameters', 'map<string,string>'],
  ['responseelements', 'map<string,string>'],
  ['additionaleventdata', 'map<string,string>'],
  ['requestid', 'string'],
  ['eventid', 'string'],
  ['readonly', 'boolean'],
  ['resources', 'array<struct<accountid:string,type:string,arn:string,arnprefix:string>>'],
  ['eventtype', 'string'],
  ['apiversion', 'string'],
  ['managementevent', 'boolean'],
  ['recipientaccountid', 'string'],
  ['sharedeventid', 'string'],
  ['annotation', 'string'],
  ['vpcendpointid', 'string'],
  ['vpcendpointaccountid', 'string'],
  ['serviceeventdetails', 'map<string,string>'],
  ['addendum', 'map<string,string>'],
  ['edgedevicedetails', 'map<string,string>'],
  ['insightdetails', 'map<string,string>'],
  ['eventcategory', 'string'],
  ['tlsdetails', 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>'],
  // A string on that page; AWS's samples compare it with true.
  ['sessioncredentialfromconsole', 'boolean'],
  ['eventjson', 'string'],
  ['eventjsonchecksum', 'string'],
];

describe('views in the Glue catalogue', () => {
  it('are all there, as views of Athena', () => {
    expect(views.map(({ Name }) => Name)).toEqual(['cloudtrail_logs', ...ALL_VIEWS.map(({ name }) => name)]);
    for (const { TableType, Parameters } of views) {
      expect(TableType).toBe('VIRTUAL_VIEW');
      expect(Parameters['presto_view']).toBe('true');
    }
  });

  it.each(views.map((view) => [view.Name, view] as const))(
    '%s has its query and its columns',
    (name, view) => {
      const { originalSql, schema, columns } = definition(view);
      const defined = ALL_VIEWS.find((one) => one.name === name);
      expect(originalSql).toBe(defined === undefined ? athenaEvents('s3://${LakeBucket}') : viewSql(defined));
      expect(schema).toBe('trailseal_test');
      const inGlue = view.StorageDescriptor.Columns.map(({ Name }) => Name);
      expect(columns.map((column) => column.name)).toEqual(inGlue);
      // Hive would find none of another spelling.
      expect(inGlue.filter((column) => column !== column.toLowerCase())).toEqual([]);
    },
  );

  it('have rows as Trino and as Hive write them', () => {
    const api = (view: GlueView) => definition(view).columns.find(({ name }) => name === 'cloud')?.type;
    const ocsf = views.find(({ Name }) => Name === 'ocsf_authentication');
    expect(ocsf && api(ocsf)).toBe('row("provider" varchar, "region" varchar, "account" row("uid" varchar))');
    expect(ocsf?.StorageDescriptor.Columns.find(({ Name }) => Name === 'cloud')?.Type).toBe(
      'struct<provider:string,region:string,account:struct<uid:string>>',
    );
  });

  it('name the types of the table as the table does', () => {
    for (const { name, type } of COLUMNS) expect(hiveTypeOfView(viewTypeOf(type)), name).toBe(hiveType(type));
  });

  it('have in cloudtrail_lake what CloudTrail Lake documents, then the partitions', () => {
    const columns = Object.entries(CLOUDTRAIL_LAKE.columns).map(([name, { type }]) => [
      name,
      hiveTypeOfView(type),
    ]);
    expect(columns).toEqual([...LAKE, ...PARTITION_COLUMNS.map((name) => [name, 'string'])]);
  });
});
