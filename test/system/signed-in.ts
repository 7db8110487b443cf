import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import WebSocket from 'ws';
import { projectOf, root } from './project.ts';

export const issuer = 'https://issuer.example';
export const audience = 'foldcast';

/** This very project, with a configuration of its own. */
export const configured = (
  config: Readonly<Record<string, unknown>>,
  atEnd?: Parameters<typeof projectOf>[1],
): Promise<string> =>
  projectOf(
    {
      'Pulumi.dev.yaml': `config:\n${Object.entries(config)
        .map(([key, value]) => `  foldcast:${key}: ${JSON.stringify(value)}\n`)
        .join('')}`,
      'infra/index.ts': `export * from '${pathToFileURL(join(root, 'infra/index.ts'))}';`,
    },
    atEnd,
  );

/** An issuer of tokens with a server of its public keys, which can be stopped and started again on the same port. */
export const startIssuer = async () => {
  const make = async (kid: string) => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256' } };
  };
  let key = await make('one');
  let readings = 0;
  const serve = () =>
    createServer((_, response) => {
      readings += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }));
    });
  let server = serve().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const sign = (payload: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}) =>
    new SignJWT({
      sub: 'ann',
      iss: issuer,
      aud: audience,
      exp: Math.floor(Date.now() / 1000) + 600,
      rooms: ['*'],
      ...payload,
    })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header })
      .sign(key.privateKey);
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    sign,
    stop,
    start: async () => {
      server = serve().listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    /** Signs with another key from now on, and publishes that alone. */
    rotate: async (kid: string) => {
      key = await make(kid);
    },
    publicKey: () => key.publicKey,
    readings: () => readings,
  };
};

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** The status that a handshake is answered with: 101 if it is taken. */
export const handshake = async (
  url: string,
  protocols: string[] = [],
  headers: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const socket = new WebSocket(url, protocols, { headers });
  socket.on('error', () => {});
  const status = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
  ]);
  socket.terminate();
  return status;
};
