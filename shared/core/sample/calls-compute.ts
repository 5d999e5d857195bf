import { read, service, write, type ServiceSpec } from './api-call.ts';

/** Machines, containers, functions, and what stands before them. */

const TAGS = '{"items":[{"key":"team","value":"<tag>"},{"key":"Name","value":"<service>"}]}';
const RUN_RESPONSE = `{"requestId":"<uuid2>","reservationId":"r-<hex2>","ownerId":"<account>","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-<hex>","imageId":"<ami>","instanceState":{"code":0,"name":"pending"},"privateDnsName":"ip-10-0-1-10.ec2.internal","amiLaunchIndex":0,"productCodes":{},"instanceType":"<type>","launchTime":<millis>,"placement":{"availabilityZone":"<region>a","tenancy":"default"},"monitoring":{"state":"disabled"},"subnetId":"<subnet>","vpcId":"<vpc>","privateIpAddress":"<private>","stateReason":{"code":"pending","message":"pending"},"architecture":"arm64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","blockDeviceMapping":{},"virtualizationType":"hvm","hypervisor":"xen","tagSet":${TAGS},"groupSet":{"items":[{"groupId":"<sg>","groupName":"web"}]},"sourceDestCheck":true,"ebsOptimized":true,"metadataOptions":{"state":"pending","httpTokens":"required","httpPutResponseHopLimit":2,"httpEndpoint":"enabled"}}]}}`;
const INGRESS =
  '{"groupId":"<sg>","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":<port>,"toPort":<port>,"groups":{},"ipRanges":{"items":[{"cidrIp":"<private>/32","description":"<tag>"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}';
const FUNCTION = 'arn:aws:lambda:<region>:<account>:function:<function>';

export const COMPUTE_CALLS: readonly ServiceSpec[] = [
  service('ec2', '1.10', {}, [
    read('DescribeInstances', '{"instancesSet":{"items":[{"instanceId":"<instance>"}]},"filterSet":{}}'),
    read(
      'DescribeInstanceStatus',
      '{"instancesSet":{"items":[{"instanceId":"<instance>"},{"instanceId":"<instance2>"}]},"filterSet":{},"includeAllInstances":false}',
    ),
    read('DescribeVolumes', '{"volumeSet":{"items":[{"volumeId":"<volume>"}]},"filterSet":{}}'),
    read(
      'DescribeSecurityGroups',
      '{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"<sg>"}]},"filterSet":{}}',
    ),
    read(
      'DescribeNetworkInterfaces',
      '{"networkInterfaceIdSet":{"items":[{"networkInterfaceId":"<eni>"}]},"filterSet":{}}',
    ),
    read('DescribeSubnets', '{"subnetSet":{"items":[{"subnetId":"<subnet>"}]},"filterSet":{}}'),
    read('DescribeVpcs', '{"vpcSet":{"items":[{"vpcId":"<vpc>"}]},"filterSet":{}}'),
    read(
      'DescribeRouteTables',
      '{"routeTableIdSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"<vpc>"}]}}]}}',
    ),
    read(
      'DescribeImages',
      '{"executableBySet":{},"imagesSet":{"items":[{"imageId":"<ami>"}]},"ownersSet":{},"filterSet":{}}',
    ),
    read(
      'DescribeTags',
      '{"filterSet":{"items":[{"name":"resource-id","valueSet":{"items":[{"value":"<instance>"}]}}]}}',
    ),
    read(
      'DescribeSnapshots',
      '{"ownersSet":{"items":[{"owner":"self"}]},"snapshotSet":{},"filterSet":{},"maxResults":1000}',
    ),
    read('DescribeRegions', '{"regionSet":{},"allRegions":true}'),
    read('DescribeAvailabilityZones', '{"availabilityZoneSet":{},"availabilityZoneIdSet":{}}'),
    read('DescribeAddresses', '{"publicIpsSet":{},"filterSet":{},"allocationIdsSet":{}}'),
    read('DescribeFlowLogs', '{"DescribeFlowLogsRequest":{"MaxResults":100}}'),
    read(
      'DescribeLaunchTemplateVersions',
      '{"DescribeLaunchTemplateVersionsRequest":{"LaunchTemplateId":"lt-<hex>","LaunchTemplateVersion":{"tag":1,"content":"$Latest"}}}',
    ),
    write(
      'RunInstances',
      `{"instancesSet":{"items":[{"imageId":"<ami>","minCount":1,"maxCount":1}]},"instanceType":"<type>","blockDeviceMapping":{},"monitoring":{"enabled":false},"subnetId":"<subnet>","disableApiTermination":false,"clientToken":"<uuid>","tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"team","value":"<tag>"}]}]}}`,
      RUN_RESPONSE,
    ),
    write(
      'TerminateInstances',
      '{"instancesSet":{"items":[{"instanceId":"<instance>"}]}}',
      '{"requestId":"<uuid>","instancesSet":{"items":[{"instanceId":"<instance>","currentState":{"code":32,"name":"shutting-down"},"previousState":{"code":16,"name":"running"}}]}}',
    ),
    write(
      'CreateTags',
      '{"resourcesSet":{"items":[{"resourceId":"<instance>"}]},"tagSet":{"items":[{"key":"team","value":"<tag>"}]}}',
      '{"requestId":"<uuid>","_return":true}',
    ),
    write(
      'CreateNetworkInterface',
      '{"subnetId":"<subnet>","description":"AWS Lambda VPC ENI-<function>-<uuid>","groupSet":{"items":[{"groupId":"<sg>"}]},"privateIpAddressesSet":{},"clientToken":"<uuid2>"}',
      '{"requestId":"<uuid3>","networkInterface":{"networkInterfaceId":"eni-<hex>","subnetId":"<subnet>","vpcId":"<vpc>","availabilityZone":"<region>a","ownerId":"<account>","status":"pending","privateIpAddress":"<private>","sourceDestCheck":true,"groupSet":{"items":[{"groupId":"<sg>","groupName":"app"}]},"tagSet":{}}}',
    ),
    write(
      'DeleteNetworkInterface',
      '{"networkInterfaceId":"<eni>"}',
      '{"requestId":"<uuid>","_return":true}',
    ),
    write(
      'CreateSnapshot',
      '{"volumeId":"<volume>","description":"nightly","tagSpecificationSet":{}}',
      '{"requestId":"<uuid>","snapshotId":"snap-<hex>","volumeId":"<volume>","status":"pending","startTime":<millis>,"ownerId":"<account>","volumeSize":"<int>","encrypted":true}',
    ),
    write(
      'AuthorizeSecurityGroupIngress',
      INGRESS,
      '{"requestId":"<uuid>","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"<account>","groupId":"<sg>","securityGroupRuleId":"sgr-<hex>","isEgress":false,"ipProtocol":"tcp","fromPort":<port>,"toPort":<port>}]}}',
    ),
    write('RevokeSecurityGroupIngress', INGRESS, '{"requestId":"<uuid>","_return":true}'),
    write(
      'ModifyInstanceAttribute',
      '{"instanceId":"<instance>","disableApiTermination":{"value":true}}',
      '{"requestId":"<uuid>","_return":true}',
    ),
  ]),
  service('autoscaling', '1.08', { apiVersion: '2011-01-01' }, [
    read('DescribeAutoScalingGroups', '{"autoScalingGroupNames":["<asg>"],"maxRecords":100}'),
    read('DescribeScalingActivities', '{"autoScalingGroupName":"<asg>"}'),
    read('DescribePolicies', '{"autoScalingGroupName":"<asg>"}'),
    write(
      'SetDesiredCapacity',
      '{"autoScalingGroupName":"<asg>","desiredCapacity":<int>,"honorCooldown":true}',
    ),
    write('UpdateAutoScalingGroup', '{"autoScalingGroupName":"<asg>","minSize":1,"maxSize":<int>}'),
  ]),
  service('application-autoscaling', '1.08', {}, [
    read('DescribeScalableTargets', '{"serviceNamespace":"ecs","maxResults":50}'),
    read('DescribeScalingPolicies', '{"serviceNamespace":"dynamodb"}'),
  ]),
  service('elasticloadbalancing', '1.08', { apiVersion: '2015-12-01' }, [
    read('DescribeTargetHealth', '{"targetGroupArn":"arn:aws:elasticloadbalancing:<region>:<account>:<tg>"}'),
    read('DescribeLoadBalancers', '{"pageSize":400}'),
    read(
      'DescribeTargetGroups',
      '{"loadBalancerArn":"arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/<lb>"}',
    ),
    read(
      'DescribeListeners',
      '{"loadBalancerArn":"arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/<lb>"}',
    ),
    write(
      'RegisterTargets',
      '{"targetGroupArn":"arn:aws:elasticloadbalancing:<region>:<account>:<tg>","targets":[{"id":"<private>","port":8080}]}',
    ),
    write(
      'DeregisterTargets',
      '{"targetGroupArn":"arn:aws:elasticloadbalancing:<region>:<account>:<tg>","targets":[{"id":"<private>"}]}',
    ),
  ]),
  service('lambda', '1.11', {}, [
    read('GetFunction20150331v2', `{"functionName":"${FUNCTION}"}`),
    read('ListFunctions20150331', '{"maxItems":50}'),
    read('GetPolicy20150331v2', '{"functionName":"<function>"}'),
    read('ListTags20170331', `{"resource":"${FUNCTION}"}`),
    read('ListEventSourceMappings20150331', '{"functionName":"<function>"}'),
    write('Invoke', `{"functionName":"${FUNCTION}","invocationType":"Event"}`, 'null', {
      data: true,
      resources: `[{"accountId":"<account>","type":"AWS::Lambda::Function","ARN":"${FUNCTION}"}]`,
      additional: '{"functionVersion":"arn:aws:lambda:<region>:<account>:function:<function>:$LATEST"}',
    }),
    write(
      'UpdateFunctionCode20150331v2',
      '{"functionName":"<function>","s3Bucket":"<bucket>","s3Key":"<function>/<sha>.zip","publish":true,"dryRun":false}',
      `{"functionName":"<function>","functionArn":"${FUNCTION}","runtime":"nodejs24.x","role":"arn:aws:iam::<account>:role/<role>","handler":"index.handler","codeSize":<big>,"timeout":30,"memorySize":512,"lastModified":"<iso>","codeSha256":"<sha>","version":"<int>","state":"Active","lastUpdateStatus":"InProgress","packageType":"Zip","architectures":["arm64"]}`,
    ),
    write(
      'UpdateFunctionConfiguration20150331v2',
      '{"functionName":"<function>","memorySize":1024,"environment":{}}',
      `{"functionName":"<function>","functionArn":"${FUNCTION}","environment":{},"lastUpdateStatus":"InProgress"}`,
    ),
    write(
      'PublishVersion20150331',
      '{"functionName":"<function>"}',
      `{"functionArn":"${FUNCTION}:<int>","version":"<int>"}`,
    ),
  ]),
  service('ecr', '1.09', {}, [
    write('GetAuthorizationToken', '{}', 'null'),
    read(
      'BatchGetImage',
      '{"registryId":"<account>","repositoryName":"<repo>","imageIds":[{"imageTag":"<sha>"}],"acceptedMediaTypes":["application/vnd.oci.image.manifest.v1+json"]}',
      { resources: '[{"accountId":"<account>","ARN":"arn:aws:ecr:<region>:<account>:repository/<repo>"}]' },
    ),
    read(
      'GetDownloadUrlForLayer',
      '{"registryId":"<account>","repositoryName":"<repo>","layerDigest":"sha256:<sha>"}',
      { resources: '[{"accountId":"<account>","ARN":"arn:aws:ecr:<region>:<account>:repository/<repo>"}]' },
    ),
    read(
      'BatchCheckLayerAvailability',
      '{"registryId":"<account>","repositoryName":"<repo>","layerDigests":["sha256:<sha>"]}',
    ),
    read('DescribeImages', '{"repositoryName":"<repo>","maxResults":100}'),
    read('DescribeRepositories', '{"maxResults":100}'),
    write(
      'InitiateLayerUpload',
      '{"registryId":"<account>","repositoryName":"<repo>"}',
      '{"uploadId":"<uuid>","partSize":10485760}',
    ),
    write(
      'CompleteLayerUpload',
      '{"registryId":"<account>","repositoryName":"<repo>","uploadId":"<uuid>","layerDigests":["sha256:<sha>"]}',
      '{"registryId":"<account>","repositoryName":"<repo>","uploadId":"<uuid>","layerDigest":"sha256:<sha>"}',
    ),
    write(
      'PutImage',
      '{"registryId":"<account>","repositoryName":"<repo>","imageTag":"<etag>","imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"}',
      '{"image":{"registryId":"<account>","repositoryName":"<repo>","imageId":{"imageDigest":"sha256:<sha>","imageTag":"<etag>"}}}',
    ),
  ]),
  service('ecs', '1.08', {}, [
    read('DescribeServices', '{"cluster":"<cluster>","services":["<service>"]}'),
    read('DescribeTasks', '{"cluster":"<cluster>","tasks":["<etag>"]}'),
    read('ListTasks', '{"cluster":"<cluster>","serviceName":"<service>"}'),
    read('DescribeTaskDefinition', '{"taskDefinition":"<service>:<int>"}'),
    read('DescribeClusters', '{"clusters":["<cluster>"],"include":["STATISTICS"]}'),
    write(
      'DiscoverPollEndpoint',
      '{"containerInstance":"arn:aws:ecs:<region>:<account>:container-instance/<cluster>/<etag>","cluster":"<cluster>"}',
      '{"endpoint":"https://ecs-a-1.<region>.amazonaws.com/","telemetryEndpoint":"https://ecs-t-1.<region>.amazonaws.com/"}',
    ),
    write(
      'SubmitTaskStateChange',
      '{"cluster":"<cluster>","task":"arn:aws:ecs:<region>:<account>:task/<cluster>/<etag>","status":"RUNNING"}',
      '{"acknowledgment":"ACK"}',
    ),
    write(
      'RegisterTaskDefinition',
      '{"family":"<service>","networkMode":"awsvpc","cpu":"512","memory":"1024","requiresCompatibilities":["FARGATE"],"containerDefinitions":[{"name":"app","image":"<account>.dkr.ecr.<region>.amazonaws.com/<repo>:<etag>","cpu":0,"essential":true,"portMappings":[{"containerPort":8080,"protocol":"tcp"}],"environment":"HIDDEN_DUE_TO_SECURITY_REASONS","logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/<service>","awslogs-region":"<region>"}}}]}',
      '{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:<region>:<account>:task-definition/<service>:<int>","family":"<service>","revision":<int>,"status":"ACTIVE","networkMode":"awsvpc","cpu":"512","memory":"1024","registeredAt":"<date>"}}',
    ),
    write(
      'UpdateService',
      '{"cluster":"<cluster>","service":"<service>","taskDefinition":"<service>:<int>","forceNewDeployment":false}',
      '{"service":{"serviceArn":"arn:aws:ecs:<region>:<account>:service/<cluster>/<service>","serviceName":"<service>","status":"ACTIVE","desiredCount":3,"runningCount":3,"pendingCount":0,"launchType":"FARGATE","deployments":[{"id":"ecs-svc/<big>","status":"PRIMARY","desiredCount":3,"rolloutState":"IN_PROGRESS","createdAt":"<date>"}]}}',
    ),
    write(
      'RunTask',
      '{"cluster":"<cluster>","taskDefinition":"<service>","launchType":"FARGATE","count":1}',
      '{"tasks":[{"taskArn":"arn:aws:ecs:<region>:<account>:task/<cluster>/<etag>","lastStatus":"PROVISIONING","desiredStatus":"RUNNING"}],"failures":[]}',
    ),
  ]),
  service('eks', '1.09', {}, [
    read('DescribeCluster', '{"name":"<cluster>"}'),
    read('ListNodegroups', '{"name":"<cluster>"}'),
    read('DescribeNodegroup', '{"name":"<cluster>","nodegroupName":"<asg>"}'),
    read('ListClusters', '{"maxResults":100}'),
  ]),
  service('batch', '1.08', {}, [
    read('DescribeJobs', '{"jobs":["<uuid>"]}'),
    write(
      'SubmitJob',
      '{"jobName":"<job>","jobQueue":"<queue>","jobDefinition":"<job>:<int>"}',
      '{"jobArn":"arn:aws:batch:<region>:<account>:job/<uuid>","jobId":"<uuid>","jobName":"<job>"}',
    ),
  ]),
  service('states', '1.08', {}, [
    read(
      'DescribeExecution',
      '{"executionArn":"arn:aws:states:<region>:<account>:execution:<machine>:<uuid>"}',
    ),
    read('ListStateMachines', '{"maxResults":100}'),
    write(
      'StartExecution',
      '{"stateMachineArn":"arn:aws:states:<region>:<account>:stateMachine:<machine>","name":"<uuid>","input":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
      '{"executionArn":"arn:aws:states:<region>:<account>:execution:<machine>:<uuid>","startDate":"<date>"}',
    ),
  ]),
  service('apigateway', '1.08', {}, [
    read('GetRestApis', '{"limit":500}'),
    read('GetStages', '{"restApiId":"<api>"}'),
    write(
      'CreateDeployment',
      '{"restApiId":"<api>","createDeploymentInput":{"stageName":"prod"}}',
      '{"id":"<etag>","createdDate":"<date>"}',
    ),
  ]),
  service('route53', '1.09', { apiVersion: '2013-04-01', global: true, host: 'route53.amazonaws.com' }, [
    read('ListHostedZones'),
    read('ListResourceRecordSets', '{"hostedZoneId":"<zone>","maxItems":"300"}'),
    write(
      'ChangeResourceRecordSets',
      '{"hostedZoneId":"<zone>","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"<service>.example.com","type":"A","tTL":60,"resourceRecords":[{"value":"<ip>"}]}}]}}',
      '{"changeInfo":{"id":"/change/C<etag>","status":"PENDING","submittedAt":"<date>"}}',
    ),
  ]),
  service('cloudfront', '1.08', { global: true, host: 'cloudfront.amazonaws.com' }, [
    read('GetDistribution', '{"id":"<distribution>"}'),
    read('ListDistributions', '{"maxItems":"100"}'),
    write(
      'CreateInvalidation',
      '{"distributionId":"<distribution>","invalidationBatch":{"paths":{"quantity":1,"items":["/*"]},"callerReference":"<uuid>"}}',
      '{"invalidation":{"id":"I<etag>","status":"InProgress","createTime":"<date>"}}',
    ),
  ]),
];
