import type { UploadMessage } from '../domain/protocol.ts';
import type { Foldcast } from './types.ts';

export interface Uploading {
  /** Told of the share that has gone, from 0 to 1, as often as the browser says. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** What a browser sends with that says how far it is: `fetch` doesn't. */
declare const XMLHttpRequest:
  | undefined
  | (new () => {
      readonly status: number;
      readonly upload: { onprogress: (event: { readonly loaded: number; readonly total: number }) => void };
      onload: () => void;
      onerror: () => void;
      onabort: () => void;
      open(method: string, url: string): void;
      setRequestHeader(name: string, value: string): void;
      send(body: Blob): void;
      abort(): void;
    });

/** What a browser says while it sends; Node has no such thing, and tells when all has gone. */
const put = (url: string, headers: Readonly<Record<string, string>>, file: Blob, { onProgress, signal }: Uploading) =>
  new Promise<void>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`The file could not be put there: ${why}.`));
    if (typeof XMLHttpRequest === 'undefined') {
      fetch(url, { method: 'PUT', headers, body: file, ...(signal && { signal }) }).then((answer) => {
        onProgress?.(1);
        if (answer.ok) resolve();
        else failed(`the bucket answered ${answer.status}`);
      }, reject);
      return;
    }
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 1);
    request.onload = () => (request.status < 300 ? resolve() : failed(`the bucket answered ${request.status}`));
    request.onerror = () => failed('the network is down, or the bucket lets no page of this origin in');
    request.onabort = () => failed('it was given up');
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });

/**
 * Puts a file into the stack's bucket; all who are in its room hear of it. Resolves with its key. Rejects with `Refused` where the stack takes
 * no such file, and with a sentence where it could not be sent.
 */
export const upload = async (
  foldcast: Pick<Foldcast, 'ask'>,
  file: Blob & { readonly name?: string },
  options: Uploading = {},
): Promise<string> => {
  const { name = 'file', type, size } = file;
  const asked = { action: 'upload', name, type: type || 'application/octet-stream', size };
  const { url, headers, bucketKey } = (await foldcast.ask(asked)) as UploadMessage;
  await put(url, headers, file, options);
  return bucketKey;
};
