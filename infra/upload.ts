import * as pulumi from '@pulumi/pulumi';
import type { Files } from './files.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface UploadArgs extends FunctionDefaults {
  readonly files: Files;
  /** The largest file that a client may upload, in bytes. */
  readonly maxBytes: number;
  /** Media types that clients may upload: `application/pdf`, `image/*`. */
  readonly types: readonly string[];
}

/** Route `upload`: gives a client a URL to put one file of a size and type that it names into the bucket. */
export class Upload extends LambdaFunction {
  constructor(name: string, args: UploadArgs, opts?: pulumi.ComponentResourceOptions) {
    const { files, maxBytes, types, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'upload',
        // Within the 29 seconds that API Gateway waits for an integration.
        timeout: 10,
        memory: 512,
        environment: {
          BUCKET: files.bucket.bucket,
          UPLOAD_PREFIX: files.uploadPrefix,
          UPLOAD_MAX_BYTES: String(maxBytes),
          UPLOAD_TYPES: JSON.stringify(types),
        },
        // Whoever uses a URL may do what the function that signed it may.
        grants: [
          { actions: ['s3:PutObject'], resources: [pulumi.interpolate`${files.bucket.arn}/${files.uploadPrefix}*`] },
        ],
      },
      opts,
    );
  }
}
