/** Finds the route key that a message names; undefined when it names none, which is for `$default`. */
export type SelectKey = (body: string) => string | undefined;

/** The form that AWS asks of WebSocket APIs: `$request.body.{path_to_body_element}`, braces allowed. */
const form = /^\$(?:request\.body\.([\w-]+(?:\.[\w-]+)*)|\{request\.body\.([\w-]+(?:\.[\w-]+)*)\})$/;

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/**
 * Reads a route selection expression such as `$request.body.action`; undefined if it is none.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */
export const routeSelection = (expression: string): SelectKey | undefined => {
  const match = form.exec(expression);
  const path = (match?.[1] ?? match?.[2])?.split('.');
  if (path === undefined) return undefined;
  return (body) => {
    let value = parse(body);
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<string, unknown>)[step];
    }
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    // A client must not start $connect or $disconnect by asking for them: keys with a dollar sign are AWS's own.
    return typeof value === 'string' && !value.startsWith('$') ? value : undefined;
  };
};
