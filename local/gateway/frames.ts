import { maxFrameBytes, maxMessageBytes } from './limits.ts';

/** Watches what a client sends, as it comes from the socket, for frames and messages that are too long. */
interface FrameWatch {
  /** Takes the next bytes. False from the first frame on that breaks a limit; then there is no more to feed. */
  feed(chunk: Buffer): boolean;
  /** How many data messages came whole before that: these are still to be served. */
  readonly messages: number;
}

/**
 * Reads frame headers and skips payloads. `ws` joins frames before it tells of them, so the length of one is seen only
 * here. Takes the bytes in any cut; keeps at most one header. It judges nothing else: `ws` reads the same bytes next.
 * Source: RFC 6455, section 5.2 (base framing) and 5.4 (fragmentation).
 */
export const watchFrames = (): FrameWatch => {
  const header = Buffer.alloc(14);
  let filled = 0;
  let payloadLeft = 0;
  let messageBytes = 0;
  let messages = 0;
  let fine = true;

  /** Bytes of the header, so far as the bytes that are there tell: 2, an extended length of 2 or 8, a mask of 4. */
  const headerBytes = (): number => {
    if (filled < 2) return 2;
    const length = header.readUInt8(1) & 0x7f;
    return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (header.readUInt8(1) & 0x80 ? 4 : 0);
  };

  const payloadBytes = (): number => {
    const length = header.readUInt8(1) & 0x7f;
    if (length === 126) return header.readUInt16BE(2);
    return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
  };

  const judge = (): void => {
    payloadLeft = payloadBytes();
    const isControl = (header.readUInt8(0) & 0x08) !== 0;
    if (isControl) return;
    messageBytes += payloadLeft;
    fine = payloadLeft <= maxFrameBytes && messageBytes <= maxMessageBytes;
    const isLast = (header.readUInt8(0) & 0x80) !== 0;
    if (!fine || !isLast) return;
    messages += 1;
    messageBytes = 0;
  };

  return {
    feed(chunk) {
      let at = 0;
      while (fine && at < chunk.length) {
        if (payloadLeft > 0) {
          const skipped = Math.min(payloadLeft, chunk.length - at);
          payloadLeft -= skipped;
          at += skipped;
          continue;
        }
        const copied = chunk.copy(header, filled, at, at + headerBytes() - filled);
        filled += copied;
        at += copied;
        if (filled < headerBytes()) continue;
        judge();
        filled = 0;
      }
      return fine;
    },
    get messages() {
      return messages;
    },
  };
};
