/** Whether an origin is one of those that are allowed: `https://play.example.com`, with one `*` at most in each for any text. */
const matches = (pattern: string, origin: string): boolean => {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return origin === pattern;
  return origin.length >= start.length + end.length && origin.startsWith(start) && origin.endsWith(end);
};

/**
 * Whether a page of this origin may connect. A browser says truly which page opens a socket; whatever else connects says nothing, or what it
 * likes: it is no page that could use a visitor's rights behind his back, and is let through.
 */
export const isAllowedOrigin = (allowed: readonly string[], origin: string | undefined): boolean =>
  origin === undefined || allowed.some((pattern) => matches(pattern, origin));
