import type { AwsError } from '../aws.ts';

/** Errors that the query protocol calls by another name, which boto3 and the AWS command line go by. Source: SQS's service model. */
const names: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  ...Object.fromEntries(
    [
      ...['BatchEntryIdsNotDistinct', 'BatchRequestTooLong', 'EmptyBatchRequest', 'InvalidBatchEntryId'],
      ...['MessageNotInflight', 'PurgeQueueInProgress', 'TooManyEntriesInBatchRequest', 'UnsupportedOperation'],
    ].map((name) => [name, `AWS.SimpleQueueService.${name}`]),
  ),
};

/** The header that tells programs from before SQS's JSON protocol which error it is. */
export const queryErrorOf = ({ name, status }: AwsError): Record<string, string> => ({
  'x-amzn-query-error': `${names[name] ?? name};${status < 500 ? 'Sender' : 'Receiver'}`,
});
