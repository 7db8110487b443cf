import type { HistoryTables } from '../../replay/history/database.ts';

/** The local runtime that serves this page. */
export interface LocalRuntime {
  readonly tables: HistoryTables;
  /** Its socket, on the host that this page came from. */
  readonly socket: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const outputs = async (origin: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const response = await fetch(new URL('/_local/outputs', origin));
    const found: unknown = response.ok ? await response.json() : undefined;
    return typeof found === 'object' && found !== null ? { ...found } : {};
  } catch {
    // Another host may answer this address with a page of its own, or with nothing.
    return {};
  }
};

/** The runtime behind a page's origin; `undefined` where the page comes from elsewhere, such as a static host. */
export const findRuntime = async (origin: string): Promise<LocalRuntime | undefined> => {
  const found = await outputs(origin);
  const [heads, log, connections] = [text(found.headsTable), text(found.logTable), text(found.connectionsTable)];
  const url = text(found.url);
  if (heads === undefined || log === undefined || connections === undefined || url === undefined) return undefined;
  const socket = new URL(url);
  socket.host = new URL(origin).host;
  return { tables: { heads, log, connections }, socket: socket.href };
};
