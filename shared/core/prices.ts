/**
 * What AWS asks, in US dollars, in us-east-1, without free tiers and discounts. Source: the AWS price list (offer files AmazonS3,
 * AWSQueueService, AWSLambda; also aws.amazon.com/s3/pricing, /sqs/pricing, /lambda/pricing, /eventbridge/pricing, /glue/pricing), as of 2026. Athena's price stands in
 * `athena-price.ts`.
 */

/** S3 Standard, one GET. 0.0004 per 1,000. */
export const S3_GET = 0.0004 / 1000;
/** S3 Standard, one PUT, COPY, POST or LIST. 0.005 per 1,000. */
export const S3_PUT_OR_LIST = 0.005 / 1000;
/** S3 Standard, one GB for a month, the first 50 TB. Taken as 10⁹ bytes, which never shows too little. */
export const S3_STORAGE_GB_MONTH = 0.023;
/** SQS standard queue, one request of up to 64 kB; 0.40 per million, up to 100 billion a month. */
export const SQS_REQUEST = 0.4 / 1e6;
/** Lambda on arm64, one GB-second (a GB is 1,024 MB here), up to 7.5 billion a month. */
export const LAMBDA_ARM64_GB_SECOND = 0.0000133334;
/** Lambda, one invocation. 0.20 per million. */
export const LAMBDA_INVOCATION = 0.2 / 1e6;
/** An event that a service sends to EventBridge because it was told to, as S3 is: "opt-in events", 1.00 per million. */
export const EVENTBRIDGE_EVENT = 1 / 1e6;
/** Glue Data Catalog, one request; 1.00 per million, after a million free ones a month. */
export const GLUE_REQUEST = 1 / 1e6;
/** From S3 to the internet, one GB (10⁹ bytes), the first 10 TB a month. Nothing within a region. */
export const TRANSFER_OUT_GB = 0.09;
