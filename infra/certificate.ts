import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface CertificateArgs {
  readonly domain: string;
  /** The hosted zone in which the domain is. */
  readonly zoneId: pulumi.Input<string>;
  /** Where the certificate has to be, if not in the stack's own region. */
  readonly provider?: aws.Provider;
}

/** A certificate for a domain, which a record in its zone proves to be ours, now and whenever it is renewed. */
export class Certificate extends pulumi.ComponentResource {
  /** Of the certificate, once it is issued: some minutes after the record is there. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Certificate', name, {}, opts);
    const within = { parent: this, ...(args.provider && { provider: args.provider }) };

    const certificate = new aws.acm.Certificate(name, { domainName: args.domain, validationMethod: 'DNS' }, within);
    const proof = certificate.domainValidationOptions.apply(([option]) => ({
      name: option?.resourceRecordName ?? '',
      type: option?.resourceRecordType ?? 'CNAME',
      value: option?.resourceRecordValue ?? '',
    }));
    const record = new aws.route53.Record(
      `${name}-proof`,
      {
        zoneId: args.zoneId,
        name: proof.name,
        type: proof.type.apply((type) => type as aws.route53.RecordType),
        records: [proof.value],
        ttl: 300,
        // The proof of a domain is the same for all certificates of an account.
        allowOverwrite: true,
      },
      { parent: this },
    );
    this.arn = new aws.acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      within,
    ).certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
