/** What callers call themselves. Nothing here needs escaping in JSON. */

export const BROWSERS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
];

export const COMMAND_LINES = [
  'aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.12.0 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard',
  'aws-cli/2.29.0 md/awscrt#0.26.1 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.5 md/prompt#off',
  'Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#5.15.0 md/arch#aarch64 lang/python#3.12.11 cfg/retry-mode#legacy',
  'aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#amd64',
  // Beyond ASCII: such agents exist, and break whoever counts characters as bytes.
  'Datensicherung/3.2 (Zürich) aws-sdk-java/2.33.11',
  '備份工具/1.4 Boto3/1.40.61',
];

export const LAMBDA_AGENTS = [
  'aws-sdk-js/3.908.0 ua/2.1 os/linux#5.10.245-261.958.amzn2.x86_64 lang/js md/nodejs#24.9.0 api/s3#3.908.0 exec-env/AWS_Lambda_nodejs24.x',
  'Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#5.10.245 md/arch#x86_64 lang/python#3.13.7 exec-env/AWS_Lambda_python3.13',
  'aws-sdk-java/2.33.11 md/io#sync md/http#UrlConnection ua/2.1 os/Linux#5.10.245 lang/java#21.0.8 exec-env/AWS_Lambda_java21',
];

export const TASK_AGENTS = [
  'aws-sdk-java/2.33.11 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.1.155 lang/java#21.0.8 md/OpenJDK_64-Bit_Server_VM exec-env/AWS_ECS_FARGATE',
  'aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#arm64 exec-env/AWS_ECS_FARGATE api/dynamodb#1.51.0',
];

export const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) terraform-provider-aws/6.18.0 aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.8 md/GOOS#linux md/GOARCH#amd64';
export const SSM_AGENT = 'aws-sdk-go/1.55.7 (go1.24.6; linux; amd64) amazon-ssm-agent/3.3.1611.0';
export const GITHUB =
  'configure-aws-credentials-for-github-actions aws-sdk-js/3.908.0 ua/2.1 os/linux#6.11.0 lang/js md/nodejs#24.10.0';
export const SCANNER =
  'Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#6.12.0 lang/python#3.12.11 cloud-inventory/5.2';
