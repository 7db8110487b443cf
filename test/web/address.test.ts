import { describe, expect, it } from 'vitest';
import { socketAddress } from '../../web/address.ts';

describe('the address of the socket', () => {
  it('is the one that the page was built for, before any other', () => {
    expect(socketAddress('wss://built/prod', 'https://page/?url=wss://asked/dev')).toEqual({
      ok: true,
      url: 'wss://built/prod',
    });
  });

  it("is the one in the page's address, when it was built for none", () => {
    expect(socketAddress(undefined, 'https://page/?url=wss%3A%2F%2Fasked%2Fdev')).toEqual({
      ok: true,
      url: 'wss://asked/dev',
    });
    expect(socketAddress('', 'https://page/?url=wss://asked/dev')).toEqual({ ok: true, url: 'wss://asked/dev' });
  });

  it('is on the host that served the page, when nothing else is said', () => {
    expect(socketAddress(undefined, 'http://localhost:3000/')).toEqual({ ok: true, url: 'ws://localhost:3000/dev' });
    expect(socketAddress(undefined, 'https://example.com/counter')).toEqual({ ok: true, url: 'wss://example.com/dev' });
  });

  it.each(['https://example.com/dev', 'example', 'javascript:alert(1)'])('is refused in words when it is %s', (url) => {
    const address = socketAddress(undefined, `http://localhost/?url=${encodeURIComponent(url)}`);
    expect(address).toEqual({ ok: false, message: expect.stringContaining(`“${url}” is no WebSocket address`) });
  });
});
