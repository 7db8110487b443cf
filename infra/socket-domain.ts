import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Certificate } from './certificate.ts';
import type { SocketApi } from './socket-api.ts';
import type { SocketStage } from './socket-stage.ts';

export interface SocketDomainArgs {
  readonly domain: string;
  readonly zoneId: pulumi.Input<string>;
  readonly api: SocketApi;
  readonly stage: SocketStage;
}

/** A domain of one's own for the socket. Functions go on to post to the API's own address, which stays. */
export class SocketDomain extends pulumi.ComponentResource {
  constructor(name: string, args: SocketDomainArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:SocketDomain', name, {}, opts);
    const { domain, zoneId, api, stage } = args;

    const certificate = new Certificate(`${name}-certificate`, { domain, zoneId }, { parent: this });
    const named = new aws.apigatewayv2.DomainName(
      name,
      {
        domainName: domain,
        domainNameConfiguration: {
          certificateArn: certificate.arn,
          endpointType: 'REGIONAL',
          securityPolicy: 'TLS_1_2',
        },
      },
      { parent: this },
    );
    new aws.apigatewayv2.ApiMapping(
      `${name}-mapping`,
      { apiId: api.api.id, domainName: named.id, stage: stage.stage.name },
      { parent: this },
    );
    new aws.route53.Record(
      `${name}-record`,
      {
        zoneId,
        name: domain,
        type: 'A',
        aliases: [
          {
            name: named.domainNameConfiguration.targetDomainName,
            zoneId: named.domainNameConfiguration.hostedZoneId,
            evaluateTargetHealth: false,
          },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
