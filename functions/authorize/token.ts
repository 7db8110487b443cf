import { type Handshake, offeredProtocols } from '../socket.ts';

/** What the subprotocol begins with that carries a token. */
const prefix = 'auth.';

/**
 * The token of a handshake: in the subprotocol `auth.<token>`, for browsers can't send headers of their own, or as `token` in the
 * query, for clients that can't offer two subprotocols. A query ends up in the logs of whatever passes it on.
 */
export const tokenOf = (handshake: Handshake): string | undefined => {
  const offered = offeredProtocols(handshake).find((protocol) => protocol.startsWith(prefix));
  return offered?.slice(prefix.length) || handshake.queryStringParameters?.token || undefined;
};
