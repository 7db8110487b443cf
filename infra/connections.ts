import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface ConnectionsArgs {
  /** Keeps the table from being removed or replaced while clients are connected. */
  readonly protect: boolean;
}

/** Who is connected, and which rooms they are members of. The stream tells rooms who comes and goes. */
export class Connections extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, args: ConnectionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Connections', name, {}, opts);

    // Neither deletion protection of AWS's nor recovery: no connection lives longer than two hours, and clients that lose theirs connect
    // and join again. What was true of connections yesterday is of no use today.
    this.table = new aws.dynamodb.Table(
      name,
      {
        attributes: [
          { name: 'pk', type: 'S' },
          { name: 'sk', type: 'S' },
        ],
        hashKey: 'pk',
        rangeKey: 'sk',
        billingMode: 'PAY_PER_REQUEST',
        // Removes records that `$disconnect` left. DynamoDB takes up to a few days for that: `store/connections.ts` leaves them out meanwhile.
        ttl: { attributeName: 'expiresAt', enabled: true },
        streamEnabled: true,
        // Who leaves is said by what was there.
        streamViewType: 'NEW_AND_OLD_IMAGES',
      },
      // Another table would have none of the members: clients whose sockets stay open would hear nothing more.
      { parent: this, protect: args.protect },
    );

    this.registerOutputs({ table: this.table.name });
  }
}
