/** Where a page's socket is, or why the address that it was given cannot be one. */
export type Address = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly message: string };

/** What the page was told when it was deployed (`<meta name="foldcast-url">`), or else when it was built (`VITE_FOLDCAST_URL`). */
export const told = (page: Document, built: string | undefined): string | undefined =>
  page.querySelector<HTMLMetaElement>('meta[name="foldcast-url"]')?.content || built;

/**
 * The address of the socket: the one that the page was `told`, or else the one in the page's own address (`?url=wss://…`), or
 * else stage `dev` on the host that served the page, which is where the local runtime has it.
 */
export const socketAddress = (told: string | undefined, page: string): Address => {
  const { searchParams, protocol, host } = new URL(page);
  const url = told || searchParams.get('url') || `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/dev`;
  return URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)
    ? { ok: true, url }
    : { ok: false, message: `“${url}” is no WebSocket address. It should look like wss://example.com/dev.` };
};
