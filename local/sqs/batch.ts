import { AwsError } from '../aws.ts';
import { sizeLimit, sizeOf } from './contents.ts';
import { type Input, textOf } from './input.ts';
import { attributesOf } from './messageAttributes.ts';

/** The most entries of a batch, and what their ids may be. Source: SQS API reference, SendMessageBatch. */
const mostEntries = 10;
const entryId = /^[\w-]{1,80}$/;

/** @throws AwsError when the batch as a whole is refused. */
export const entriesOf = (input: Input): readonly Input[] => {
  const entries = (input.Entries ?? []) as readonly Input[];
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > mostEntries) {
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${mostEntries}.`);
  }
  const ids = entries.map((entry) => textOf(entry, 'Id'));
  if (ids.some((id) => !entryId.test(id))) {
    const rule = 'alphanumeric characters, hyphens and underscores. It can be at most 80 letters long';
    throw new AwsError('InvalidBatchEntryId', `A batch entry id can only contain ${rule}.`);
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  return entries;
};

/** Does each entry in turn: what is wrong with one stops none of the others. */
export const eachEntry = (entries: readonly Input[], work: (entry: Input) => object): object => {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...work(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code: error.name, Message: error.message });
    }
  }
  return { Successful, Failed };
};

/** Sends each message of a batch in turn. @throws AwsError when the batch as a whole is refused. */
export const eachMessage = (input: Input, send: (entry: Input) => object): object => {
  const entries = entriesOf(input);
  const sizes = entries.map((entry) => sizeOf(String(entry.MessageBody ?? ''), attributesOf(entry)));
  if (sizes.reduce((sum, size) => sum + size) > sizeLimit) {
    throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${sizeLimit} bytes.`);
  }
  return eachEntry(entries, send);
};
