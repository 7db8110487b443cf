import { globSync } from 'node:fs';
import { type Graph, resourcesOf } from './aws.ts';

export interface BannerOptions {
  readonly graph: Graph;
  /** The folder of the pages, if there are any. */
  readonly pages?: string | undefined;
  /** The folder of the data, unless it is in memory. */
  readonly data?: string | undefined;
  /** Lines of the program's own: a name and what it stands for. */
  readonly more?: readonly (readonly [name: string, text: string])[];
}

/** Each HTML file in the folder is a page; `index` is the one at `/`. */
const pagesIn = (folder: string, port: number): string => {
  const names = globSync('*.html', { cwd: folder }).map((file) => file.replace(/\.html$/, ''));
  const others = names.filter((name) => name !== 'index').toSorted();
  return `http://localhost:${port}/${others.length === 0 ? '' : ` and ${others.map((name) => `/${name}`).join(' ')}`}`;
};

/** Where everything is, for whoever started the runtime. The last lines say `ready` and an address, for whoever waits for that. */
export const banner = ({ graph, pages, data, more = [] }: BannerOptions): readonly string[] => {
  const { port } = graph;
  const sockets = resourcesOf(graph, 'aws:apigatewayv2/stage:Stage').map(
    ({ outputs }) => `ws://localhost:${port}/${outputs.name}`,
  );
  const rows = [
    ...(pages === undefined ? [] : [['pages', pagesIn(pages, port)] as const]),
    ...sockets.map((url) => ['socket', url] as const),
    ['AWS', `http://localhost:${port}`] as const,
    ...more,
    ['data', data === undefined ? 'in memory: gone at exit (--data keeps it)' : `in ${data}`] as const,
    ['end', 'Ctrl-C'] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const addresses = sockets.length === 0 ? [`http://localhost:${port}`] : sockets;
  return [
    ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
    ...addresses.map((address) => `ready ${address}`),
  ];
};
