/** The parts of a handshake's event that can be an identity source. */
interface Handshake {
  readonly requestContext: object;
  readonly [key: string]: unknown;
}

/** A place of a handshake that an authorizer needs, such as `route.request.header.Authorization`. */
const form = /^(route\.request\.header|route\.request\.querystring|stageVariables|context)\.([\w.-]+)$/;

/** Whether this may be an identity source of a WebSocket API. */
export const isIdentitySource = (source: string): boolean => form.test(source);

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const partOf = (source: string, event: Handshake): unknown => {
  const [, place = '', name = ''] = form.exec(source) ?? [];
  if (place === 'route.request.querystring') return fields(event.queryStringParameters)[name];
  if (place === 'stageVariables') return fields(event.stageVariables)[name];
  if (place === 'context')
    return name.split('.').reduce<unknown>((value, step) => fields(value)[step], event.requestContext);
  const headers = Object.entries(fields(event.headers));
  return headers.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1];
};

/**
 * Whether a handshake has all identity sources of an authorizer. Where one is missing or empty API Gateway answers 401 and does
 * not invoke the function.
 * Source: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html (identitySource)
 */
export const hasIdentity = (sources: readonly string[], event: Handshake): boolean =>
  sources.every((source) => {
    const value = partOf(source, event);
    return value !== undefined && value !== null && value !== '';
  });
