import { readFileSync } from 'node:fs';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Certificate } from './certificate.ts';
import { type PageFile, withSocket } from './page-files.ts';

export interface PagesArgs {
  readonly files: readonly PageFile[];
  /** A domain of their own; without it they have the one that CloudFront gives. */
  readonly domain: { readonly name: string; readonly zoneId: pulumi.Input<string> } | undefined;
  /** Where clients connect. */
  readonly url: pulumi.Input<string>;
  /** Where they may put files: the origin of the bucket's URLs. */
  readonly uploads: pulumi.Input<string>;
}

/** AWS's policy "Managed-CachingOptimized": files are kept as long as they say. Source: CloudFront developer guide, "Use managed cache policies". */
const cachingOptimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';

/** The socket's origin: `wss://live.example.com`. A content security policy that names a path would hold for that path alone. */
const originOf = (url: string): string => {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
};

/** What pages may load, and whom they may speak to: themselves, the socket, and the bucket for uploads. */
export const contentSecurityPolicy = (url: string, uploads: string): string =>
  [
    "default-src 'none'",
    // The debugger asks its questions in an engine of WebAssembly.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src 'self' ${originOf(url)} ${uploads}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The pages of `web/` on the web: in a bucket that nobody reads but CloudFront, which serves them with what keeps them safe. */
export class Pages extends pulumi.ComponentResource {
  /** `https://play.example.com`: what browsers say that a page of these is from. */
  readonly origin: pulumi.Output<string>;

  constructor(name: string, args: PagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Pages', name, {}, opts);
    const parent = { parent: this };
    const { domain } = args;

    // Nothing in it is not also in dist/web.
    const { bucket, arn, bucketRegionalDomainName } = new aws.s3.Bucket(name, { forceDestroy: true }, parent);
    const closed = new aws.s3.BucketPublicAccessBlock(
      `${name}-public`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      parent,
    );
    const control = new aws.cloudfront.OriginAccessControl(
      `${name}-control`,
      { originAccessControlOriginType: 's3', signingBehavior: 'always', signingProtocol: 'sigv4' },
      parent,
    );
    const headers = new aws.cloudfront.ResponseHeadersPolicy(
      `${name}-headers`,
      {
        securityHeadersConfig: {
          contentSecurityPolicy: {
            contentSecurityPolicy: pulumi
              .all([args.url, args.uploads])
              .apply(([url, uploads]) => contentSecurityPolicy(url, uploads)),
            override: true,
          },
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: 'DENY', override: true },
          referrerPolicy: { referrerPolicy: 'same-origin', override: true },
          strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
        },
      },
      parent,
    );

    // CloudFront takes certificates of this region alone, wherever the stack is.
    const settings = new pulumi.Config('aws');
    const provider =
      domain &&
      new aws.Provider(
        `${name}-us-east-1`,
        {
          region: 'us-east-1',
          allowedAccountIds: settings.getObject<string[]>('allowedAccountIds'),
          defaultTags: settings.getObject<aws.types.input.ProviderDefaultTags>('defaultTags'),
        },
        parent,
      );
    const certificate =
      domain &&
      new Certificate(
        `${name}-certificate`,
        { domain: domain.name, zoneId: domain.zoneId, ...(provider && { provider }) },
        parent,
      );
    const distribution = new aws.cloudfront.Distribution(
      name,
      {
        enabled: true,
        comment: `${pulumi.getProject()}-${pulumi.getStack()}`,
        httpVersion: 'http2and3',
        isIpv6Enabled: true,
        defaultRootObject: 'index.html',
        ...(domain && { aliases: [domain.name] }),
        origins: [{ originId: name, domainName: bucketRegionalDomainName, originAccessControlId: control.id }],
        defaultCacheBehavior: {
          targetOriginId: name,
          viewerProtocolPolicy: 'redirect-to-https',
          allowedMethods: ['GET', 'HEAD'],
          cachedMethods: ['GET', 'HEAD'],
          compress: true,
          cachePolicyId: cachingOptimized,
          responseHeadersPolicyId: headers.id,
        },
        // S3 says 403 of what is not there to whoever may not list the bucket.
        customErrorResponses: [
          { errorCode: 403, responseCode: 404, responsePagePath: '/index.html', errorCachingMinTtl: 10 },
        ],
        restrictions: { geoRestriction: { restrictionType: 'none' } },
        viewerCertificate: certificate
          ? { acmCertificateArn: certificate.arn, sslSupportMethod: 'sni-only', minimumProtocolVersion: 'TLSv1.2_2021' }
          : { cloudfrontDefaultCertificate: true },
      },
      parent,
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket,
        policy: pulumi.jsonStringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudfront.amazonaws.com' },
              Action: 's3:GetObject',
              Resource: pulumi.interpolate`${arn}/*`,
              Condition: { StringEquals: { 'AWS:SourceArn': distribution.arn } },
            },
          ],
        }),
      },
      { parent: this, dependsOn: [closed] },
    );
    this.upload(name, bucket, args, policy);

    const { zoneId } = domain ?? {};
    if (domain && zoneId !== undefined)
      for (const type of ['A', 'AAAA'] as const)
        new aws.route53.Record(
          `${name}-${type.toLowerCase()}`,
          {
            zoneId,
            name: domain.name,
            type,
            aliases: [
              { name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false },
            ],
          },
          parent,
        );

    this.origin = pulumi.interpolate`https://${domain?.name ?? distribution.domainName}`;
    this.registerOutputs({ origin: this.origin });
  }

  /** A page is put there after what it loads, so that none is seen without its parts. */
  private upload(name: string, bucket: pulumi.Input<string>, { files, url }: PagesArgs, after: pulumi.Resource): void {
    const isPage = ({ contentType }: PageFile) => contentType.startsWith('text/html');
    const parts = files
      .filter((file) => !isPage(file))
      .map(
        ({ path, ...file }) =>
          new aws.s3.BucketObjectv2(
            `${name}-${file.key}`,
            { bucket, ...file, source: new pulumi.asset.FileAsset(path) },
            { parent: this, dependsOn: [after] },
          ),
      );
    for (const { path, ...file } of files.filter(isPage)) {
      const content = pulumi.output(url).apply((address) => withSocket(readFileSync(path, 'utf8'), address));
      new aws.s3.BucketObjectv2(
        `${name}-${file.key}`,
        { bucket, ...file, content },
        { parent: this, dependsOn: [after, ...parts] },
      );
    }
  }
}
