import type { FauxqsReply } from './fauxqs.ts';

/** An answer of S3's. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const xmlReply = (status: number, xml: string): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`),
});

/** Runs what answers through a reply of fauxqs's, and returns the answer. */
export const replyOf = (run: (reply: FauxqsReply) => void): Reply => {
  const headers: Record<string, string> = {};
  let status = 200;
  let body: Buffer = Buffer.alloc(0);
  const reply: FauxqsReply = {
    header: (name, value) => {
      headers[name] = String(value);
      return reply;
    },
    status: (code) => {
      status = code;
      return reply;
    },
    send: (content = '') => {
      body = Buffer.isBuffer(content) ? content : Buffer.from(content);
    },
  };
  run(reply);
  return { status, headers, body };
};
