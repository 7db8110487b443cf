import * as pulumi from '@pulumi/pulumi';

/**
 * The policy of a bucket or a queue that denies what comes without TLS, to everybody. It allows nothing: what callers may do is in
 * the policies of their roles. Source: S3 user guide, "Security best practices"; SQS developer guide, "Enforce encryption of data in transit".
 */
export const tlsOnly = (service: 's3' | 'sqs', resources: readonly pulumi.Input<string>[]): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: `${service}:*`,
        Resource: resources,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
