/** A media type without parameters, which is what browsers say of a file. */
export const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/**
 * Types of which a browser that opens a file may run something, as a page of the address that it came from: pages, pictures with
 * scripts in them, XML (a style sheet makes a page of it), scripts, and messages that have any of these as a part.
 */
const running = /html|xml|xsl|svg|script|component|archive|^(multipart|message)\//;

export const canRun = (type: string): boolean => running.test(type);

/** What a pattern may stand for. There is no end to the programs and pages in `text` and `application`: these are named one by one. */
const inert = ['image/', 'audio/', 'video/', 'font/'];

/** `application/pdf` names a type; `image/*` is a pattern, and stands for all pictures in which nothing can run. */
export const isPattern = (allowed: string): boolean => allowed.endsWith('/*');

/** Whether there is any type that a pattern may stand for. */
export const isUsefulPattern = (allowed: string): boolean => inert.some((sort) => allowed === `${sort}*`);

/** Whether a type is one of those allowed. A pattern never admits what can run: an `image/svg+xml` has to be named. */
export const allowsType = (allowed: readonly string[], type: string): boolean =>
  allowed.some((each) =>
    isPattern(each) ? isUsefulPattern(each) && type.startsWith(each.slice(0, -1)) && !canRun(type) : each === type,
  );
