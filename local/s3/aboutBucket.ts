import { region } from '../aws.ts';
import { type Reply, xmlReply } from './reply.ts';

/** What programs ask about a bucket before they use it: whether it is there, and where. The first of all regions has no name of its own here. */
export const aboutBucket: Readonly<Record<string, Reply>> = {
  HeadBucket: { status: 200, headers: { 'x-amz-bucket-region': region }, body: Buffer.alloc(0) },
  GetBucketLocation: xmlReply(200, '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'),
};
