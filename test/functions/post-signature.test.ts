import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSockets } from '../../functions/post.ts';
import { type Arrived, answers, stage } from './stage.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  // What Lambda sets for the SDK to detect circles with.
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'send');
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793');
});
afterEach(() => vi.unstubAllEnvs());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The `authorization` that a call has to carry, worked out from what arrived.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
const authorizationOf = ({ method, url, headers, body }: Arrived): string => {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const date = String(headers['x-amz-date']);
  const scope = [date.slice(0, 8), 'eu-west-1', 'execute-api', 'aws4_request'];
  // The path is encoded once more than it travels, for all services but S3.
  const path = url.split('/').map(encodeURIComponent).join('/');
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, '', lines.join(''), signed, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const credential = `AKIDEXAMPLE/${scope.join('/')}`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${hmac(key, text).toString('hex')}`;
};

it.each(['', 'a session token'])('signs each call as AWS reads it, with session token "%s"', async (token) => {
  if (token) vi.stubEnv('AWS_SESSION_TOKEN', token);
  const { endpoint, calls } = await stage(answers(200));
  const { post, close } = createSockets({ endpoint });
  await Promise.all([post('L0SM9cOFvHcCIhw=', '{"say":"Grüße 😀"}'), post('ann=', ''), close('bob=')]);
  await post('ann=', 'x'.repeat(1000));
  expect(calls).toHaveLength(4);
  for (const call of calls) {
    expect(call.headers.authorization).toBe(authorizationOf(call));
    expect(call.headers.authorization).toMatch(/SignedHeaders=[^,]*\bhost;.*\bx-amz-date\b/);
    expect(call.headers['x-amz-security-token'] ?? '').toBe(token);
  }
});

it('sends nothing along that costs time and serves nobody', async () => {
  const { endpoint, calls } = await stage(answers(200));
  await createSockets({ endpoint }).post('ann=', 'Hi');
  expect(Object.keys(calls[0]?.headers ?? {}).toSorted()).toEqual([
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
    'x-amz-content-sha256',
    'x-amz-date',
  ]);
});

it('signs with the new credentials when the old ones are about to expire', async () => {
  vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(Date.now() + 60_000).toISOString());
  const { endpoint, calls } = await stage(answers(200));
  const { post } = createSockets({ endpoint });
  await post('ann=', 'Hi');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDLATER');
  vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(Date.now() + 3_600_000).toISOString());
  await vi.waitFor(async () => {
    await post('ann=', 'Hi');
    expect(calls.at(-1)?.headers.authorization).toContain('Credential=AKIDLATER/');
  }, 30_000);
});

it("goes by API Gateway's clock once it has refused a call for the time that it was signed at", async () => {
  const hour = 3_600_000;
  const date = new Date(Date.now() + hour).toUTCString();
  const { endpoint, calls } = await stage((response, number) =>
    answers(number === 1 ? 403 : 200, { date })(response, number),
  );
  const { post } = createSockets({ endpoint });
  expect(await post('ann=', 'Hi')).toMatchObject({ outcome: 'busy' });
  expect(await post('ann=', 'Hi')).toEqual({ outcome: 'sent' });
  const times = calls.map(({ headers }) =>
    Date.parse(String(headers['x-amz-date']).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5')),
  );
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(hour / 2);
});
