import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message that was given up. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** Of a delivery: the group that it was queued in, and the name that it was queued under. */
  readonly group: string;
  readonly name: string;
  readonly receipt: string;
}

/** A queue of messages that were given up. */
export interface DeadLetters {
  /**
   * Up to ten of them, none if there are no more to be had now; hidden from others for some minutes. Of a group of a FIFO queue the next ones
   * come when these are removed.
   */
  take(): Promise<readonly DeadLetter[]>;
  remove(letter: DeadLetter): Promise<void>;
  /** Shows them again. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  /** About how many there are that are not hidden. */
  count(): Promise<number>;
}

/** Seconds in which a person decides nothing: the command that took them works on. */
const hiddenFor = 300;

export const createDeadLetters = (client: SQSClient, QueueUrl: string): DeadLetters => ({
  take: async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hiddenFor,
        // A wait makes SQS ask all its servers; without one it may overlook messages.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['MessageGroupId', 'MessageDeduplicationId'],
      }),
    );
    return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }) => ({
      id: MessageId,
      body: Body,
      group: Attributes?.MessageGroupId ?? '',
      name: Attributes?.MessageDeduplicationId ?? '',
      receipt: ReceiptHandle,
    }));
  },
  remove: async ({ receipt }) => {
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }));
  },
  release: async (letters) => {
    for (let start = 0; start < letters.length; start += 10) {
      const Entries = letters
        .slice(start, start + 10)
        .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt, VisibilityTimeout: 0 }));
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    }
  },
  count: async () => {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  },
});
