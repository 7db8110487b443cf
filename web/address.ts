/** Where a page's socket is, or why the address that it was given cannot be one. */
export type Address = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly message: string };

/**
 * The address of the socket: the one that the page was built for (`VITE_FOLDCAST_URL`), or else the one in the page's own
 * address (`?url=wss://…`), or else stage `dev` on the host that served the page, which is where the local runtime has it.
 */
export const socketAddress = (built: string | undefined, page: string): Address => {
  const { searchParams, protocol, host } = new URL(page);
  const url = built || searchParams.get('url') || `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/dev`;
  return URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)
    ? { ok: true, url }
    : { ok: false, message: `“${url}” is no WebSocket address. It should look like wss://example.com/dev.` };
};
