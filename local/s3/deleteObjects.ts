import { AwsError } from '../aws.ts';
import type { BucketStore } from './fauxqs.ts';
import { type Reply, xmlReply } from './reply.ts';
import { escapeXml, textsOf } from './xml.ts';

/** Objects that one DeleteObjects may name. Source: S3 API reference, DeleteObjects. */
const mostDeleted = 1000;

/** The members of a DeleteObjects, from its XML. @throws AwsError MalformedXML (400). */
export const readDelete = (xml: string) => {
  const keys = textsOf(xml, 'Key');
  if (keys.length === 0 || keys.length > mostDeleted) {
    throw new AwsError('MalformedXML', `The XML has to name 1 to ${mostDeleted} objects.`, 400);
  }
  return { Objects: keys.map((Key) => ({ Key })), Quiet: textsOf(xml, 'Quiet')[0] === 'true' };
};

export type Delete = ReturnType<typeof readDelete>;

/** DeleteObjects: whatever is not there counts as deleted. fauxqs's own takes an escaped key for another one. */
export const deleteObjects = (store: BucketStore, bucket: string, { Objects, Quiet }: Delete): Reply => {
  for (const { Key } of Objects) store.deleteObject(bucket, Key);
  const deleted = Quiet ? [] : Objects.map(({ Key }) => `<Deleted><Key>${escapeXml(Key)}</Key></Deleted>`);
  return xmlReply(
    200,
    `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${deleted.join('')}</DeleteResult>`,
  );
};
