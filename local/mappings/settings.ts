import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { targetOf } from '../lambda/targets.ts';
import { type Inputs, inputsOf } from './inputs.ts';

/** What every mapping has. */
interface Shared {
  /** Pulumi's logical name. */
  readonly name: string;
  /** ARN of the function that is invoked, and whose role the source is read with. */
  readonly functionArn: string;
  /** The version that runs: `$LATEST`, or the one that is published. */
  readonly functionVersion: string;
  /** ARN of the stream or queue. */
  readonly source: string;
  /** The most records or messages in one invocation. */
  readonly batchSize: number;
  /** How long a batch is waited for to fill, in ms; 0: not at all. */
  readonly windowMs: number;
  /** Whether the function tells which of a batch failed (`ReportBatchItemFailures`). */
  readonly partialFailures: boolean;
}

/** Reads a DynamoDB stream. Source: Lambda developer guide, "Lambda parameters for Amazon DynamoDB event source mappings". */
export interface StreamSettings extends Shared {
  readonly kind: 'stream';
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Batches of one shard that are worked on at once. */
  readonly lanes: number;
  readonly bisect: boolean;
  /** Retries of a batch after its first failure; undefined: for ever. */
  readonly retries: number | undefined;
  /** Older records are given up, in ms; undefined: never. */
  readonly maximumAgeMs: number | undefined;
  /** URL of the queue that is told of what was given up. */
  readonly onFailureQueueUrl: string | undefined;
}

/** Reads an SQS queue. Source: Lambda developer guide, "Lambda parameters for Amazon SQS event source mappings". */
export interface QueueSettings extends Shared {
  readonly kind: 'queue';
  readonly queueUrl: string;
  /** Whether messages of a group have to be worked on in order. */
  readonly fifo: boolean;
  /** The most batches at once; undefined: no limit of its own. */
  readonly maximumConcurrency: number | undefined;
}

const forAll = [
  'eventSourceArn',
  'functionName',
  'batchSize',
  'maximumBatchingWindowInSeconds',
  'functionResponseTypes',
];
/** Those change nothing that a function could notice. */
const ignored = ['enabled', 'region', 'tags', 'tagsAll', 'kmsKeyArn', 'metricsConfig'];
const forStreams = [
  ...['startingPosition', 'parallelizationFactor', 'bisectBatchOnFunctionError', 'maximumRetryAttempts'],
  ...['maximumRecordAgeInSeconds', 'destinationConfig'],
];
const forQueues = ['scalingConfig'];

/**
 * The enabled `aws:lambda/eventSourceMapping:EventSourceMapping`s of a graph.
 * @throws Error naming the mapping and the input that AWS would refuse, or that does not run here.
 */
export const mappingSettings = (graph: Graph): (StreamSettings | QueueSettings)[] =>
  resourcesOf(graph, 'aws:lambda/eventSourceMapping:EventSourceMapping')
    .filter((mapping) => mapping.inputs.enabled !== false)
    .map((mapping) => {
      const inputs = inputsOf(mapping);
      const source = inputs.text('eventSourceArn');
      if (/^arn:aws[^:]*:dynamodb:.*\/stream\//.test(source)) return streamSettings(graph, inputs, source);
      if (/^arn:aws[^:]*:sqs:/.test(source)) return queueSettings(graph, inputs, source);
      return inputs.refuse('eventSourceArn', `${source} is neither a DynamoDB stream nor an SQS queue`);
    });

const streamSettings = (graph: Graph, inputs: Inputs, source: string): StreamSettings => {
  inputs.allow([...forAll, ...ignored, ...forStreams]);
  const startingPosition = inputs.text('startingPosition');
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    return inputs.refuse('startingPosition', 'must be TRIM_HORIZON or LATEST');
  }
  const age = inputs.whole('maximumRecordAgeInSeconds', { least: -1, most: 604_800, otherwise: -1 });
  if (age >= 0 && age < 60) inputs.refuse('maximumRecordAgeInSeconds', 'must be -1 or at least 60');
  const retries = inputs.whole('maximumRetryAttempts', { least: -1, most: 10_000, otherwise: -1 });
  const destinationArn = inputs.nested('destinationConfig', 'onFailure', 'destinationArn');
  const destination =
    destinationArn === undefined ? undefined : queueOf(graph, inputs, 'destinationConfig', destinationArn);
  if (destination && isFifo(destination))
    inputs.refuse('destinationConfig', 'must name a standard queue, not a FIFO one');
  return {
    kind: 'stream',
    ...shared(graph, inputs, source, { otherwise: 100 }),
    startingPosition,
    lanes: inputs.whole('parallelizationFactor', { least: 1, most: 10, otherwise: 1 }),
    bisect: inputs.flag('bisectBatchOnFunctionError'),
    retries: retries < 0 ? undefined : retries,
    maximumAgeMs: age < 0 ? undefined : age * 1000,
    onFailureQueueUrl: destination && urlOf(destination),
  };
};

const queueSettings = (graph: Graph, inputs: Inputs, source: string): QueueSettings => {
  inputs.allow([...forAll, ...ignored, ...forQueues]);
  const settings = shared(graph, inputs, source, { otherwise: 10 });
  const queue = queueOf(graph, inputs, 'eventSourceArn', source);
  const fifo = isFifo(queue);
  if (fifo && settings.batchSize > 10) inputs.refuse('batchSize', 'must be 10 at most for a FIFO queue');
  if (fifo && settings.windowMs > 0) {
    inputs.refuse('maximumBatchingWindowInSeconds', 'must be 0 or left out for a FIFO queue');
  }
  if (settings.batchSize > 10 && settings.windowMs === 0) {
    inputs.refuse('batchSize', 'above 10 needs a maximumBatchingWindowInSeconds of at least 1');
  }
  const visibility = numberOr(queue.inputs.visibilityTimeoutSeconds, 30);
  const timeout = numberOr(functionOf(graph, inputs).inputs.timeout, 3);
  if (visibility < timeout) {
    const seconds = `${visibility} s, less than the function's timeout of ${timeout} s: make it at least six times that`;
    inputs.refuse('eventSourceArn', `names a queue with a visibility timeout of ${seconds}`);
  }
  const concurrency = inputs.nested('scalingConfig', 'maximumConcurrency');
  if (concurrency !== undefined && !(numberOr(concurrency, 0) >= 2 && numberOr(concurrency, 0) <= 1000)) {
    inputs.refuse('scalingConfig', 'must have a maximumConcurrency from 2 to 1000');
  }
  return {
    kind: 'queue',
    ...settings,
    queueUrl: urlOf(queue),
    fifo,
    maximumConcurrency: concurrency === undefined ? undefined : numberOr(concurrency, 2),
  };
};

const shared = (graph: Graph, inputs: Inputs, source: string, { otherwise }: { otherwise: number }): Shared => {
  const responses = inputs.texts('functionResponseTypes');
  const odd = responses.find((type) => type !== 'ReportBatchItemFailures');
  if (odd !== undefined)
    inputs.refuse('functionResponseTypes', `holds "${odd}"; only ReportBatchItemFailures is known`);
  return {
    name: inputs.mapping,
    functionArn: functionArnOf(graph, inputs),
    functionVersion: String(functionOf(graph, inputs).outputs.version ?? '$LATEST'),
    source,
    batchSize: inputs.whole('batchSize', { least: 1, most: 10_000, otherwise }),
    windowMs: inputs.whole('maximumBatchingWindowInSeconds', { least: 0, most: 300, otherwise: 0 }) * 1000,
    partialFailures: responses.length > 0,
  };
};

const functionOf = (graph: Graph, inputs: Inputs): Resource => {
  const wanted = inputs.text('functionName');
  return targetOf(graph, wanted) ?? inputs.refuse('functionName', `${wanted} is no function of the program`);
};

/** With the version or the alias, where one is named. */
const functionArnOf = (graph: Graph, inputs: Inputs): string => {
  const [arn, wanted] = [String(functionOf(graph, inputs).outputs.arn), inputs.text('functionName')];
  return wanted.startsWith('arn:') ? wanted : `${arn.slice(0, arn.lastIndexOf(':') + 1)}${wanted}`;
};

const queueOf = (graph: Graph, inputs: Inputs, input: string, arn: unknown): Resource =>
  resourcesOf(graph, 'aws:sqs/queue:Queue').find(({ outputs }) => outputs.arn === arn) ??
  inputs.refuse(input, `${arn} is no SQS queue of the program`);

const isFifo = ({ inputs }: Resource): boolean => inputs.fifoQueue === true;
const urlOf = ({ outputs }: Resource): string => String(outputs.url ?? outputs.id);
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
