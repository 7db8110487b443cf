/** A place in the page's address: `#counter/global-counter/42` is a room and a version of it. */
export interface Link {
  readonly room: string;
  readonly version?: number;
}

/** `undefined` for an address without a room. A room's name has two parts, so a third part is a version. */
export const readLink = (hash: string): Link | undefined => {
  let text: string;
  try {
    text = decodeURIComponent(hash.replace(/^#/, ''));
  } catch {
    return undefined;
  }
  const [, room, version] = /^(.+?\/[^/]+)\/(\d+)$/.exec(text) ?? [];
  if (room !== undefined) return { room, version: Number(version) };
  return text === '' ? undefined : { room: text };
};

export const writeLink = ({ room, version }: Link): string =>
  `#${room.split('/').map(encodeURIComponent).join('/')}${version === undefined ? '' : `/${version}`}`;
