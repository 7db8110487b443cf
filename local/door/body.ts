import type { Readable } from 'node:stream';
import type { AwsError } from '../aws.ts';

/** What is answered to a body that is not taken. */
export interface BodyRefusals {
  /** It has more bytes than the service takes. */
  readonly tooLarge: () => AwsError;
  /** Too much comes in at once: to be tried again. */
  readonly busy: () => AwsError;
}

/**
 * Reads a body of at most so many bytes. Rejects with a refusal as soon as there are more; what still comes is thrown away, so
 * that the client, which may read only when it has sent all, gets to its answer.
 */
export type ReadBody = (body: Readable, most: number, refusals: BodyRefusals) => Promise<Buffer>;

/** All the bytes of bodies that are being read at once: as many as the largest one may have. */
const mostAtOnce = 512 * 1024 * 1024;

/** `buffer` of `node:stream/consumers` reads the same by way of a Blob, and without an end: for small bodies, that is most of the reading. */
export const createReadBody = (atOnce = mostAtOnce): ReadBody => {
  let held = 0;
  return (body, most, { tooLarge, busy }) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const done = () => {
        held -= length;
        length = 0;
        body.off('data', take).off('end', end);
      };
      const refuse = (refusal: AwsError) => {
        done();
        chunks.length = 0;
        body.resume();
        reject(refusal);
      };
      const take = (data: Buffer | string) => {
        const chunk = Buffer.isBuffer(data) ? data : Buffer.from(data);
        chunks.push(chunk);
        length += chunk.length;
        held += chunk.length;
        if (length > most) refuse(tooLarge());
        else if (held > atOnce) refuse(busy());
      };
      const end = () => {
        done();
        resolve(Buffer.concat(chunks));
      };
      body.on('data', take).on('end', end);
      body.on('error', (error) => {
        done();
        reject(error);
      });
    });
};
