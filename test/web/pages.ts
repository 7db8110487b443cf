import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPages } from 'pulumi-local/pages';

/** The pages alone, with no runtime behind them, as a static host would serve them. */
export const servePages = async () => {
  const pages = await createPages({ root: join(import.meta.dirname, '../../web') });
  const server = createServer((request, response) => pages.serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await pages.close();
    },
  };
};
