import { API_CALLS, apiCall, type ApiCall } from './api-calls.ts';
import { weighted, zipf, type Weighted } from './weighted.ts';

/** How somebody comes to hold credentials; `sessions.ts` has a function for each. */
export type Entry =
  | 'console'
  | 'identity-center'
  | 'access-key'
  | 'github'
  | 'terraform'
  | 'lambda'
  | 'task'
  | 'instance'
  | 'service-linked'
  | 'service'
  | 'cross-account'
  | 'federated'
  | 'root'
  | 'audit';

/** A kind of caller: how it comes in, what it calls (most often first), and how long it stays. */
export interface Persona {
  readonly entry: Entry;
  readonly weight: number;
  readonly calls: Weighted<ApiCall>;
  /** Calls a session, least and most. */
  readonly length: readonly [number, number];
  /** Seconds between calls, at most. */
  readonly pace: number;
  readonly errors: number;
}

const reads = API_CALLS.filter(
  (call) => call.readOnly && !call.data && !/^(Assume|GetFed|GetSession)/.test(call.name),
);
const everyRead = zipf(reads, 0.35);

const names = (text: string): Weighted<ApiCall> => zipf(text.trim().split(/\s+/).map(apiCall), 0.9);

const console_ = names(`
  ec2:DescribeInstances monitoring:DescribeAlarms s3:ListBuckets health:DescribeEventAggregates
  ec2:DescribeSecurityGroups notifications:ListNotificationHubs lambda:ListFunctions20150331 logs:DescribeLogGroups
  cloudformation:DescribeStacks ce:GetCostAndUsage iam:ListUsers ce:GetCostForecast iam:ListRoles rds:DescribeDBInstances
  ec2:DescribeVpcs access-analyzer:ListPolicyGenerations resource-explorer-2:Search logs:FilterLogEvents
  cloudtrail:LookupEvents ec2:CreateTags iam:ListMFADevices ssm:StartSession support:DescribeTrustedAdvisorChecks
  ec2:AuthorizeSecurityGroupIngress notifications:ListNotificationEvents ec2:ModifyInstanceAttribute iam:CreateAccessKey
  athena:StartQueryExecution athena:GetQueryExecution athena:GetQueryResults iam:UpdateLoginProfile budgets:DescribeBudgets
  ec2:RevokeSecurityGroupIngress iam:DeleteAccessKey iam:CreateUser s3:CreateBucket support:DescribeCases
  cognito-idp:ListUserPools bedrock:ListFoundationModels codepipeline:GetPipelineState`);

export const PERSONAS: readonly Persona[] = [
  {
    entry: 'lambda',
    weight: 26,
    length: [3, 22],
    pace: 12,
    errors: 0.03,
    calls: names(`s3:GetObject dynamodb:GetItem kms:Decrypt logs:CreateLogStream s3:PutObject dynamodb:Query
      secretsmanager:GetSecretValue sqs:ReceiveMessage s3:HeadObject ssm:GetParameters dynamodb:PutItem lambda:Invoke
      s3:ListObjects sns:Publish states:StartExecution bedrock:InvokeModel logs:CreateLogGroup s3:DeleteObject`),
  },
  {
    entry: 'task',
    weight: 16,
    length: [10, 60],
    pace: 20,
    errors: 0.03,
    calls: names(`s3:GetObject kms:Decrypt dynamodb:GetItem s3:ListObjects s3:PutObject sqs:GetQueueAttributes
      secretsmanager:GetSecretValue kms:GenerateDataKey dynamodb:Query s3:HeadObject ssm:GetParameter s3:CompleteMultipartUpload
      glue:GetTable glue:GetPartitions kinesis:DescribeStreamSummary kinesis:ListShards xray:GetSamplingRules
      cognito-idp:AdminInitiateAuth firehose:DescribeDeliveryStream sqs:ReceiveMessage kms:Encrypt`),
  },
  {
    entry: 'service-linked',
    weight: 14,
    length: [4, 40],
    pace: 6,
    errors: 0.05,
    calls:
      names(`ec2:DescribeInstances elasticloadbalancing:DescribeTargetHealth autoscaling:DescribeAutoScalingGroups
      ec2:DescribeNetworkInterfaces s3:GetBucketAcl ec2:DescribeVolumes s3:GetBucketPolicy monitoring:DescribeAlarms
      ecs:DescribeServices ec2:DescribeSecurityGroups config:PutEvaluations application-autoscaling:DescribeScalableTargets
      lambda:GetPolicy20150331v2 s3:GetBucketEncryption iam:GetRole elasticloadbalancing:RegisterTargets kms:DescribeKey
      application-autoscaling:DescribeScalingPolicies rds:DescribeDBClusters ec2:CreateNetworkInterface ec2:RunInstances
      ec2:DescribeSubnets elasticloadbalancing:DeregisterTargets s3:GetBucketTagging ec2:TerminateInstances
      iam:ListAttachedRolePolicies autoscaling:DescribeScalingActivities autoscaling:SetDesiredCapacity
      ec2:DeleteNetworkInterface securityhub:BatchImportFindings ecr:DescribeImages inspector2:ListCoverage
      ec2:CreateSnapshot kms:CreateGrant backup:StartBackupJob eks:DescribeCluster kms:RetireGrant`),
  },
  {
    entry: 'instance',
    weight: 10,
    length: [5, 40],
    pace: 60,
    errors: 0.04,
    calls:
      names(`ssm:UpdateInstanceInformation ssm:ListAssociations ecs:DiscoverPollEndpoint ecr:BatchGetImage s3:GetObject
      ecr:GetDownloadUrlForLayer ec2:DescribeTags sts:GetCallerIdentity ecr:GetAuthorizationToken ecs:SubmitTaskStateChange
      ssm:GetParameter monitoring:ListMetrics autoscaling:DescribeAutoScalingGroups codepipeline:PollForJobs
      elasticloadbalancing:DescribeTargetHealth ec2:DescribeInstances eks:DescribeNodegroup ec2:DescribeLaunchTemplateVersions`),
  },
  {
    entry: 'service',
    weight: 9,
    length: [1, 6],
    pace: 5,
    errors: 0.01,
    calls:
      names(`kms:Decrypt kms:GenerateDataKey s3:GetBucketAcl s3:PutObject lambda:Invoke s3:GetBucketLocation
      sns:Publish`),
  },
  {
    entry: 'github',
    weight: 6,
    length: [8, 50],
    pace: 4,
    errors: 0.04,
    calls:
      names(`ecr:BatchCheckLayerAvailability ecs:DescribeServices ecr:GetAuthorizationToken cloudformation:DescribeStackEvents
      ecr:InitiateLayerUpload ecr:CompleteLayerUpload ecs:DescribeTasks ecr:PutImage cloudformation:DescribeStacks s3:PutObject
      ecs:DescribeTaskDefinition ecs:RegisterTaskDefinition ecs:UpdateService lambda:GetFunction20150331v2
      lambda:UpdateFunctionCode20150331v2 lambda:PublishVersion20150331 cloudformation:CreateChangeSet sts:GetCallerIdentity
      cloudformation:ExecuteChangeSet codebuild:StartBuild codebuild:BatchGetBuilds cloudfront:CreateInvalidation ecs:RunTask
      ecs:ListTasks apigateway:CreateDeployment`),
  },
  {
    entry: 'terraform',
    weight: 5,
    length: [30, 160],
    pace: 1,
    errors: 0.06,
    calls:
      names(`iam:GetRole ec2:DescribeSecurityGroups iam:ListAttachedRolePolicies iam:ListRolePolicies s3:GetBucketVersioning
      s3:GetBucketPolicy ec2:DescribeVpcs sts:GetCallerIdentity kms:DescribeKey kms:GetKeyPolicy lambda:GetFunction20150331v2
      iam:GetPolicy iam:GetPolicyVersion ec2:DescribeSubnets ec2:DescribeRouteTables s3:GetBucketTagging
      lambda:ListTags20170331 sqs:GetQueueAttributes sns:GetTopicAttributes route53:ListResourceRecordSets
      logs:DescribeLogGroups dynamodb:DescribeTable dynamodb:DescribeContinuousBackups rds:ListTagsForResource
      events:ListTargetsByRule events:PutRule ssm:PutParameter iam:CreateRole iam:AttachRolePolicy iam:PutRolePolicy
      iam:TagRole monitoring:PutMetricAlarm s3:PutBucketPolicy s3:PutBucketTagging s3:PutBucketLifecycle events:PutTargets
      route53:ChangeResourceRecordSets sqs:CreateQueue sqs:SetQueueAttributes sns:Subscribe dynamodb:UpdateTable
      rds:ModifyDBInstance logs:PutRetentionPolicy logs:PutSubscriptionFilter secretsmanager:PutSecretValue
      autoscaling:UpdateAutoScalingGroup wafv2:UpdateIPSet lambda:UpdateFunctionConfiguration20150331v2
      kinesis:UpdateShardCount cloudtrail:PutEventSelectors`),
  },
  {
    entry: 'access-key',
    weight: 6,
    length: [2, 30],
    pace: 10,
    errors: 0.08,
    calls:
      names(`s3:GetObject s3:ListObjects sts:GetCallerIdentity s3:PutObject monitoring:GetMetricData ec2:DescribeInstances
      monitoring:ListMetrics s3:ListBuckets rds:DescribeDBInstances rds:DescribeDBSnapshots rds:CreateDBSnapshot
      ec2:DescribeSnapshots ec2:CreateSnapshot batch:SubmitJob batch:DescribeJobs sts:GetSessionToken glue:StartJobRun
      glue:BatchCreatePartition secretsmanager:RotateSecret ssm:SendCommand ssm:ListCommandInvocations`),
  },
  { entry: 'identity-center', weight: 5, length: [6, 60], pace: 9, errors: 0.07, calls: console_ },
  { entry: 'console', weight: 4, length: [5, 60], pace: 9, errors: 0.08, calls: console_ },
  { entry: 'cross-account', weight: 4, length: [10, 90], pace: 2, errors: 0.09, calls: everyRead },
  { entry: 'federated', weight: 0.7, length: [2, 12], pace: 8, errors: 0.05, calls: everyRead },
  {
    entry: 'root',
    weight: 0.05,
    length: [2, 8],
    pace: 20,
    errors: 0,
    calls:
      names(`iam:GetAccountSummary ce:GetCostAndUsage budgets:DescribeBudgets iam:ListMFADevices support:DescribeCases
      health:DescribeEvents`),
  },
];

/** An inventory tool walking everything: where the log files of hundreds of records come from. */
export const AUDIT: Persona = {
  entry: 'audit',
  weight: 0,
  calls: everyRead,
  length: [260, 900],
  pace: 0.2,
  errors: 0.08,
};

export const ANY_PERSONA: Weighted<Persona> = weighted(PERSONAS, (persona) => persona.weight);
