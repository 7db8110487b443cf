import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { tlsOnly } from './tls-only.ts';

export interface FilesArgs {
  /** Keeps the bucket from being removed together with what is in it, and what is overwritten or removed in it for a while. */
  readonly protect: boolean;
  /** Days after which what clients uploaded is removed. Without them it stays: only its owner knows what may be thrown away. */
  readonly retentionDays: number | undefined;
}

/** Days that protected files are kept which were overwritten or removed. */
const noncurrentDays = 30;

/** Days after which the parts of an upload that was never completed are thrown away. */
const incompleteDays = 7;

const expireNoncurrent = {
  id: 'expire-noncurrent-versions',
  status: 'Enabled',
  filter: { prefix: '' },
  noncurrentVersionExpiration: { noncurrentDays },
  // What stands in for a removed file, once none of its versions is left.
  expiration: { expiredObjectDeleteMarker: true },
};

/** The files that members upload, and that programs of yours put here for all to hear of. Nobody reads it without a signature. */
export class Files extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** Where uploads are put: what pages have to be allowed to speak to. */
  readonly origin: pulumi.Output<string>;
  /** The room that hears of it: `files/<logical name>`. */
  readonly room: string;
  /** Under which clients put their files, and nothing else does. */
  readonly uploadPrefix = 'uploads/';
  /**
   * What S3 calls it that a lifecycle rule removes a file. In a bucket with versions `Delete` is the end of an old one, of which nobody
   * is to hear (S3 user guide, "Supported event types").
   */
  readonly expiry: 's3:LifecycleExpiration:Delete' | 's3:LifecycleExpiration:DeleteMarkerCreated';

  private readonly name: string;

  constructor(name: string, args: FilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Files', name, {}, opts);
    this.name = name;
    this.room = `files/${name}`;
    this.expiry = args.protect ? 's3:LifecycleExpiration:DeleteMarkerCreated' : 's3:LifecycleExpiration:Delete';

    this.bucket = new aws.s3.Bucket(name, { forceDestroy: !args.protect }, { parent: this, protect: args.protect });
    const bucket = this.bucket.bucket;
    this.origin = pulumi.interpolate`https://${this.bucket.bucketRegionalDomainName}`;

    const closed = new aws.s3.BucketPublicAccessBlock(
      `${name}-public`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );
    new aws.s3.BucketPolicy(
      `${name}-tls`,
      { bucket, policy: tlsOnly('s3', [this.bucket.arn, pulumi.interpolate`${this.bucket.arn}/*`]) },
      // S3 takes one change of who may do what at a time, and answers OperationAborted to another.
      { parent: this, dependsOn: [closed] },
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
      { parent: this },
    );
    const versioning = args.protect
      ? new aws.s3.BucketVersioning(
          `${name}-versions`,
          { bucket, versioningConfiguration: { status: 'Enabled' } },
          { parent: this },
        )
      : undefined;
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket,
        rules: [
          {
            id: 'abort-incomplete-uploads',
            status: 'Enabled',
            // Of all objects.
            filter: { prefix: '' },
            abortIncompleteMultipartUpload: { daysAfterInitiation: incompleteDays },
          },
          ...(args.retentionDays === undefined
            ? []
            : [
                {
                  id: 'expire-uploads',
                  status: 'Enabled',
                  filter: { prefix: this.uploadPrefix },
                  expiration: { days: args.retentionDays },
                },
              ]),
          ...(versioning ? [expireNoncurrent] : []),
        ],
      },
      { parent: this, ...(versioning && { dependsOn: [versioning] }) },
    );
    this.registerOutputs({ bucket });
  }

  /** Lets pages upload from these origins: `https://play.example.com`, with one `*` at most in each. */
  admit(origins: readonly pulumi.Input<string>[]): void {
    if (origins.length === 0) return;
    new aws.s3.BucketCorsConfiguration(
      `${this.name}-cors`,
      {
        bucket: this.bucket.bucket,
        corsRules: [
          {
            allowedMethods: ['PUT'],
            allowedOrigins: [...origins],
            // Those that function upload signs.
            allowedHeaders: ['content-type', 'content-disposition', 'if-none-match'],
            exposeHeaders: ['etag'],
            maxAgeSeconds: 3600,
          },
        ],
      },
      { parent: this },
    );
  }
}
