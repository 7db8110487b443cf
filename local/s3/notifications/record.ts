import { account, region } from '../../aws.ts';
import type { NotificationDefinition } from './definition.ts';

/** Something that happened to an object. */
export interface Change {
  readonly eventName: string;
  readonly bucket: string;
  readonly key: string;
  /** Bytes and ETag of what was created. Absent for what was removed. */
  readonly size?: number;
  readonly eTag?: string;
}

let last = 0;

/** Hexadecimal, and greater for whatever happens later to an object; comparable as text among those of one length. */
const sequencer = (now: number): string => {
  last = Math.max(last + 1, now * 1000);
  return last.toString(16).toUpperCase().padStart(18, '0');
};

/** As forms encode: a space is `+`, and slashes stay. */
const encodedKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');

/**
 * One of a notification's `Records`. Source: S3 user guide, "Event message structure".
 * @param now milliseconds since 1970.
 */
export const recordOf = (
  { eventName, bucket, key, size, eTag }: Change,
  { configurationId }: NotificationDefinition,
  now: number,
) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: region,
  eventTime: new Date(now).toISOString(),
  eventName,
  userIdentity: { principalId: `AWS:${account}` },
  requestParameters: { sourceIPAddress: '127.0.0.1' },
  responseElements: {},
  s3: {
    s3SchemaVersion: '1.0',
    configurationId,
    bucket: { name: bucket, ownerIdentity: { principalId: account }, arn: `arn:aws:s3:::${bucket}` },
    object: { key: encodedKey(key), ...(size !== undefined && { size, eTag }), sequencer: sequencer(now) },
  },
});

export type NotificationRecord = ReturnType<typeof recordOf>;
