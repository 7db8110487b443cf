import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who sends a request.
 * - `program`: no browser, such as an SDK, the AWS command line or `curl`.
 * - `page`: a browser, for a page of this machine, or of an origin that was named; or somebody who typed the address.
 * - `stranger`: a browser, for a page of anybody's.
 * - `misdirected`: whoever takes this for another host. A page of anybody's can point its own name at this machine (DNS
 *   rebinding), and to the browser all is one origin then; but the name is in the request.
 */
export type Visitor = 'program' | 'page' | 'stranger' | 'misdirected';

export interface VisitorOptions {
  readonly port: number;
  /** Origins whose pages may do what those of this machine may, such as `https://tunnel.example`; requests may be for their hosts. */
  readonly origins: readonly string[];
}

/** The names that no other machine can have. Source: RFC 6761, section 6.3. */
const loopback = /^(?:(?:[\w-]+\.)*localhost|127\.0\.0\.1|\[::1\])$/i;

const isLoopback = (origin: string): boolean => {
  const url = URL.parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && loopback.test(url.hostname);
};

/** Tells who sends a request by its headers; no page can change those that are looked at. */
export const createVisitorOf = ({ port, origins }: VisitorOptions) => {
  const named = new Set(origins);
  const namedHosts = new Set(origins.map((origin) => new URL(origin).host));
  const isOurs = (origin: string): boolean => named.has(origin) || isLoopback(origin);
  const isHere = (host: string): boolean => {
    const [, name = '', asked = '80'] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
    return (loopback.test(name) && Number(asked) === port) || namedHosts.has(host.toLowerCase());
  };

  return ({ host = '', origin, referer, 'sec-fetch-site': site }: IncomingHttpHeaders): Visitor => {
    if (!isHere(host)) return 'misdirected';
    if (origin !== undefined) return isOurs(origin) ? 'page' : 'stranger';
    // Browsers say this with every request; `sec-fetch-mode` alone is Node's own `fetch`.
    if (site === undefined) return 'program';
    if (site === 'none' || site === 'same-origin') return 'page';
    // A picture on a page of localhost:5173 comes without an origin. A page can withhold where it is from, but not lie.
    return isOurs(URL.parse(referer ?? '')?.origin ?? '') ? 'page' : 'stranger';
  };
};
