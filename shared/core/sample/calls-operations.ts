import { read, service, write, type ServiceSpec } from './api-call.ts';

/** Logs, metrics, deployment, data and everyday administration. */

export const OPERATIONS_CALLS: readonly ServiceSpec[] = [
  service('logs', '1.11', { apiVersion: '20140328' }, [
    write('CreateLogStream', '{"logGroupName":"/aws/lambda/<function>","logStreamName":"<log>"}'),
    read('DescribeLogGroups', '{"logGroupNamePrefix":"/aws/lambda/<function>","limit":50}'),
    read(
      'DescribeLogStreams',
      '{"logGroupName":"/aws/lambda/<function>","orderBy":"LastEventTime","descending":true}',
    ),
    read(
      'FilterLogEvents',
      '{"logGroupName":"/ecs/<service>","startTime":<millis>,"interleaved":true,"filterPattern":"ERROR"}',
    ),
    read(
      'StartQuery',
      '{"logGroupName":"/ecs/<service>","startTime":<millis>,"queryString":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
    ),
    write('CreateLogGroup', '{"logGroupName":"/aws/lambda/<function>"}'),
    write('PutRetentionPolicy', '{"logGroupName":"/aws/lambda/<function>","retentionInDays":<int>}'),
    write(
      'PutSubscriptionFilter',
      '{"logGroupName":"/ecs/<service>","filterName":"ship","filterPattern":"","destinationArn":"arn:aws:firehose:<region>:<account>:deliverystream/<stream>"}',
    ),
  ]),
  service('monitoring', '1.09', { apiVersion: '2010-08-01' }, [
    read('DescribeAlarms', '{"alarmNames":["<alarm>"],"maxRecords":100}'),
    read('GetMetricData', '{"startTime":"<date>","maxDatapoints":100800}'),
    read('ListMetrics', '{"namespace":"AWS/Lambda"}'),
    read('ListDashboards'),
    write(
      'PutMetricAlarm',
      '{"alarmName":"<alarm>","metricName":"Errors","namespace":"AWS/Lambda","statistic":"Sum","period":300,"evaluationPeriods":1,"threshold":<int>.5,"comparisonOperator":"GreaterThanThreshold","alarmDescription":"<tag>"}',
    ),
  ]),
  service('events', '1.08', { apiVersion: '2015-10-07' }, [
    read('ListRules', '{"eventBusName":"default","limit":100}'),
    read('ListTargetsByRule', '{"rule":"<rule>"}'),
    write(
      'PutRule',
      '{"name":"<rule>","scheduleExpression":"rate(5 minutes)","state":"ENABLED"}',
      '{"ruleArn":"arn:aws:events:<region>:<account>:rule/<rule>"}',
    ),
    write(
      'PutTargets',
      '{"rule":"<rule>","targets":[{"id":"1","arn":"arn:aws:lambda:<region>:<account>:function:<function>"}]}',
      '{"failedEntryCount":0,"failedEntries":[]}',
    ),
  ]),
  service('ssm', '1.08', {}, [
    write(
      'UpdateInstanceInformation',
      '{"instanceId":"<instance>","agentVersion":"3.3.1611.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"<private>","computerName":"ip-10-0-1-10.ec2.internal"}',
    ),
    read('GetParameters', '{"names":["<parameter>","<parameter2>"],"withDecryption":true}', {
      resources: '[{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:parameter<parameter>"}]',
    }),
    read('GetParameter', '{"name":"<parameter>","withDecryption":true}'),
    read('ListAssociations', '{"associationFilterList":[{"key":"InstanceId","value":"<instance>"}]}'),
    read('DescribeInstanceInformation', '{"maxResults":50,"filters":[]}'),
    read('ListCommandInvocations', '{"commandId":"<uuid>","details":true}'),
    write(
      'PutParameter',
      '{"name":"<parameter>","type":"SecureString","value":"HIDDEN_DUE_TO_SECURITY_REASONS","overwrite":true}',
      '{"version":<int>,"tier":"Standard"}',
    ),
    write(
      'StartSession',
      '{"target":"<instance>","documentName":"SSM-SessionManagerRunShell"}',
      '{"sessionId":"session-<hex>","tokenValue":"HIDDEN_DUE_TO_SECURITY_REASONS","streamUrl":"wss://ssmmessages.<region>.amazonaws.com/v1/data-channel/session-<hex>?role=publish_subscribe"}',
    ),
    write(
      'SendCommand',
      '{"documentName":"AWS-RunPatchBaseline","instanceIds":["<instance>"],"parameters":"HIDDEN_DUE_TO_SECURITY_REASONS","interactive":false}',
      '{"command":{"commandId":"<uuid>","documentName":"AWS-RunPatchBaseline","status":"Pending","targetCount":1}}',
    ),
  ]),
  service('cloudformation', '1.10', { apiVersion: '2010-05-15' }, [
    read('DescribeStacks', '{"stackName":"<stack>"}'),
    read('DescribeStackEvents', '{"stackName":"<stack>"}'),
    read('ListStackResources', '{"stackName":"<stack>"}'),
    read('ListStacks', '{"stackStatusFilter":["CREATE_COMPLETE","UPDATE_COMPLETE"]}'),
    read('GetTemplate', '{"stackName":"<stack>","templateStage":"Original"}'),
    write(
      'CreateChangeSet',
      '{"stackName":"<stack>","changeSetName":"deploy-<int>","changeSetType":"UPDATE","capabilities":["CAPABILITY_IAM"],"tags":[{"key":"team","value":"<tag>"}],"parameters":[{"parameterKey":"Image","parameterValue":"****"}]}',
      '{"id":"arn:aws:cloudformation:<region>:<account>:changeSet/deploy-<int>/<uuid>","stackId":"arn:aws:cloudformation:<region>:<account>:stack/<stack>/<uuid2>"}',
    ),
    write('ExecuteChangeSet', '{"stackName":"<stack>","changeSetName":"deploy-<int>"}'),
  ]),
  service('tagging', '1.08', {}, [
    read('GetResources', '{"resourcesPerPage":100,"resourceTypeFilters":["ec2:instance"]}'),
    read('GetTagKeys', '{}'),
  ]),
  service('glue', '1.11', { apiVersion: '2017-03-31' }, [
    read('GetTable', '{"databaseName":"analytics","name":"<table>"}'),
    read(
      'GetPartitions',
      '{"databaseName":"analytics","tableName":"<table>","expression":"dt=\'<iso>\'","maxResults":1000}',
    ),
    read('GetDatabases', '{"maxResults":100}'),
    write(
      'BatchCreatePartition',
      '{"databaseName":"analytics","tableName":"<table>","partitionInputList":[{"values":["<iso>"],"storageDescriptor":{"location":"s3://<bucket>/exports/"}}]}',
      '{"errors":[]}',
    ),
    write(
      'StartJobRun',
      '{"jobName":"<job>","arguments":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
      '{"jobRunId":"jr_<sha>"}',
    ),
  ]),
  service('athena', '1.09', { apiVersion: '2017-05-18' }, [
    write(
      'StartQueryExecution',
      '{"queryString":"***OMITTED***","workGroup":"primary","clientRequestToken":"<uuid>","queryExecutionContext":{"database":"analytics"}}',
      '{"queryExecutionId":"<uuid2>"}',
    ),
    read('GetQueryExecution', '{"queryExecutionId":"<uuid>"}'),
    read('GetQueryResults', '{"queryExecutionId":"<uuid>","maxResults":1000}'),
    read('ListWorkGroups', '{"maxResults":50}'),
  ]),
  service('codebuild', '1.08', {}, [
    read('BatchGetBuilds', '{"ids":["<project>:<uuid>"]}'),
    read('BatchGetProjects', '{"names":["<project>"]}'),
    write(
      'StartBuild',
      '{"projectName":"<project>","sourceVersion":"<etag>"}',
      '{"build":{"id":"<project>:<uuid>","buildNumber":<int>,"buildStatus":"IN_PROGRESS","currentPhase":"QUEUED","projectName":"<project>"}}',
    ),
  ]),
  service('codepipeline', '1.08', {}, [
    read('GetPipelineState', '{"name":"<project>"}'),
    write(
      'PollForJobs',
      '{"actionTypeId":{"category":"Build","owner":"Custom","provider":"ci","version":"1"},"maxBatchSize":1}',
      '{"jobs":[]}',
    ),
  ]),
  service('elasticmapreduce', '1.08', {}, [
    read('ListClusters', '{"clusterStates":["RUNNING","WAITING"]}'),
    read('DescribeCluster', '{"clusterId":"j-<etag>"}'),
  ]),
  service('sagemaker', '1.08', {}, [
    read('ListEndpoints', '{"maxResults":100}'),
    read('DescribeEndpoint', '{"endpointName":"<service>"}'),
  ]),
  service('bedrock', '1.11', {}, [
    read('InvokeModel', '{"modelId":"arn:aws:bedrock:<region>::foundation-model/example.text-v1"}'),
    read('ListFoundationModels', '{}'),
  ]),
  service('servicequotas', '1.08', {}, [
    read('ListServiceQuotas', '{"serviceCode":"ec2","maxResults":100}'),
    read('GetServiceQuota', '{"serviceCode":"lambda","quotaCode":"L-B99A9384"}'),
  ]),
  service('resource-explorer-2', '1.08', {}, [
    read('Search', '{"queryString":"<tag>","maxResults":20}'),
    read('ListIndexes', '{}'),
  ]),
  service('xray', '1.08', {}, [
    read('GetSamplingRules', '{}'),
    read('GetTraceSummaries', '{"startTime":"<date>","endTime":"<later>","sampling":false}'),
  ]),
  service('ce', '1.08', { global: true }, [
    read(
      'GetCostAndUsage',
      '{"timePeriod":{"start":"2026-10-01","end":"2026-11-01"},"granularity":"DAILY","metrics":["UnblendedCost"]}',
    ),
    read('GetCostForecast', '{"metric":"UNBLENDED_COST","granularity":"MONTHLY"}'),
  ]),
  service('budgets', '1.08', { global: true }, [read('DescribeBudgets', '{"accountId":"<account>"}')]),
  service('health', '1.08', { global: true }, [
    read(
      'DescribeEventAggregates',
      '{"aggregateField":"eventTypeCategory","filter":{"eventStatusCodes":["open","upcoming"]}}',
    ),
    read('DescribeEvents', '{"maxResults":10}'),
  ]),
  service('support', '1.08', { global: true }, [
    read('DescribeTrustedAdvisorChecks', '{"language":"en"}'),
    read('DescribeCases', '{"includeResolvedCases":false}'),
  ]),
  service('notifications', '1.11', {}, [
    read('ListNotificationHubs', '{"maxResults":3}'),
    read('ListNotificationEvents', '{"maxResults":50}'),
  ]),
];
