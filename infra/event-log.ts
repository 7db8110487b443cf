import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface EventLogArgs {
  /** Deletion protection, of Pulumi's and of AWS's, and point-in-time recovery. */
  readonly protect: boolean;
}

/** The log of all rooms: where events are appended, and the pages that they are folded into. */
export class EventLog extends pulumi.ComponentResource {
  /** One item per room, on which its events are appended; the stream feeds the fold. */
  readonly heads: aws.dynamodb.Table;
  /** One item per page of a room, by the `seq` of its first event. */
  readonly log: aws.dynamodb.Table;

  constructor(name: string, args: EventLogArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:EventLog', name, {}, opts);

    // Encrypted at rest with DynamoDB's own key, as every table is that names no other.
    const durable = {
      billingMode: 'PAY_PER_REQUEST',
      deletionProtectionEnabled: args.protect,
      pointInTimeRecovery: { enabled: args.protect },
    };
    // AWS would refuse only when most of the stack is gone or replaced already; Pulumi does before it begins.
    const kept = { parent: this, protect: args.protect };

    this.heads = new aws.dynamodb.Table(
      `${name}-heads`,
      {
        ...durable,
        attributes: [{ name: 'room', type: 'S' }],
        hashKey: 'room',
        streamEnabled: true,
        streamViewType: 'NEW_IMAGE',
      },
      kept,
    );

    this.log = new aws.dynamodb.Table(
      `${name}-pages`,
      {
        ...durable,
        attributes: [
          { name: 'room', type: 'S' },
          { name: 'from', type: 'N' },
        ],
        hashKey: 'room',
        rangeKey: 'from',
      },
      kept,
    );

    this.registerOutputs({ heads: this.heads.name, log: this.log.name });
  }
}
