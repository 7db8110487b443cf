import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Boot } from './messages.ts';

type Callback = (error: unknown, result?: unknown) => void;
type Exported = (event: unknown, context: object, callback?: Callback) => unknown;
/** Takes an event, gives what the function answers. */
export type Handler = (event: unknown, context: object) => unknown;

/** A function's code cannot be used; the name is AWS's error type. */
class LoadError extends Error {
  override readonly name: string;
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** In the order in which Lambda's runtime tries them. */
const extensions = ['', '.js', '.mjs', '.cjs'];

/**
 * Imports the module of a handler such as `index.handler` or `src/index.orders.handler` and gives the exported function.
 * @throws LoadError `Runtime.ImportModuleError`, `Runtime.HandlerNotFound`, `Runtime.CallbackHandlerDeprecated`, …
 */
export const loadHandler = async ({ root, handler, callbacks }: Boot): Promise<Handler> => {
  const [module = '', ...path] = basename(handler).split('.');
  const place = join(root, dirname(handler), module);
  const file = extensions.map((extension) => place + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw new LoadError('Runtime.ImportModuleError', `Error: Cannot find module '${place}'`);

  const exported = await importModule(file);
  // What a CommonJS module exports is always in `default`, not always under its names.
  const found = walk(exported, path) ?? walk(exported.default, path);
  if (typeof found !== 'function') {
    throw new LoadError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  const call = found as Exported;
  if (call.length < 3) return call;
  if (callbacks) return promised(call);
  throw new LoadError(
    'Runtime.CallbackHandlerDeprecated',
    `${handler} takes a callback, which Lambda no longer supports from Node.js 24 on; make it async.`,
  );
};

const importModule = async (file: string): Promise<Record<string, unknown>> => {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      throw new LoadError('Runtime.UserCodeSyntaxError', `SyntaxError: ${cause.message}`, { cause });
    }
    const missing = cause instanceof Error && 'code' in cause && /MODULE_NOT_FOUND$/.test(String(cause.code));
    throw missing ? new LoadError('Runtime.ImportModuleError', `Error: ${cause.message}`, { cause }) : cause;
  }
};

const walk = (from: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], from);

/** A handler that answers through its callback or, when it returns a promise, through that. */
const promised =
  (call: Exported): Handler =>
  (event, context) =>
    new Promise((resolve, reject) => {
      const callback: Callback = (error, result) => (error == null ? resolve(result) : reject(error));
      const returned = call(event, context, callback);
      if (returned instanceof Promise) returned.then(resolve, reject);
    });
