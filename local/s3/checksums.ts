import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { AwsError } from '../aws.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const hashed = (algorithm: string) => (content: Buffer) => createHash(algorithm).update(content).digest();

const summed = (Sum: typeof Crc32c | typeof Crc64Nvme) => async (content: Buffer) => {
  const sum = new Sum();
  sum.update(content);
  return sum.digest();
};

const crc32Of = (content: Buffer) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(content));
  return sum;
};

interface Algorithm {
  readonly name: string;
  readonly bytes: number;
  readonly sum: (content: Buffer) => Uint8Array | Promise<Uint8Array>;
}

/** Source: S3 user guide, "Checking object integrity". */
const algorithms: readonly Algorithm[] = [
  { name: 'CRC32', bytes: 4, sum: crc32Of },
  { name: 'CRC32C', bytes: 4, sum: summed(Crc32c) },
  { name: 'CRC64NVME', bytes: 8, sum: summed(Crc64Nvme) },
  { name: 'SHA1', bytes: 20, sum: hashed('sha1') },
  { name: 'SHA256', bytes: 32, sum: hashed('sha256') },
];

const headerOf = ({ name }: Algorithm) => `x-amz-checksum-${name.toLowerCase()}`;

const isEncoded = (text: string, bytes: number): boolean => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
};

const checkMd5 = (content: Buffer, given: string): void => {
  if (!isEncoded(given, 16)) throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (hashed('md5')(content).toString('base64') === given) return;
  throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
};

/** `x-amz-content-sha256` is a digest in hex, or a word for there being none (`UNSIGNED-PAYLOAD`). */
const checkSigned = (content: Buffer, given: string): void => {
  if (!/^[\da-f]{64}$/i.test(given) || hashed('sha256')(content).toString('hex') === given.toLowerCase()) return;
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
};

/** Whether a request says a checksum of its body. */
export const hasChecksum = (headers: Headers): boolean =>
  ['content-md5', ...algorithms.map(headerOf)].some((header) => headers[header] !== undefined);

/**
 * Holds a body against each checksum that came with it.
 * @throws AwsError BadDigest, InvalidDigest, InvalidRequest, XAmzContentSHA256Mismatch (400)
 */
export const checkChecksums = async (content: Buffer, headers: Headers): Promise<void> => {
  const { 'content-md5': md5, 'x-amz-content-sha256': signed } = headers;
  if (md5 !== undefined) checkMd5(content, String(md5));
  if (signed !== undefined) checkSigned(content, String(signed));
  for (const algorithm of algorithms) {
    const header = headerOf(algorithm);
    const given = headers[header];
    if (given === undefined) continue;
    if (!isEncoded(String(given), algorithm.bytes))
      throw new AwsError('InvalidRequest', `Value for ${header} header is invalid.`);
    if (Buffer.from(await algorithm.sum(content)).toString('base64') === given) continue;
    throw new AwsError('BadDigest', `The ${algorithm.name} you specified did not match the calculated checksum.`);
  }
};
