import * as z from 'zod';

const domain = (what: string) =>
  z
    .string(`has to be ${what}`)
    .regex(/^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, `has to be ${what}`);

/** Where the stack is found. */
export const domainSettings = {
  /** The socket's domain. Without it clients connect to the one that API Gateway gives. */
  domain: domain('a domain in small letters, such as live.example.com').optional(),
  /** The folder of the pages that are served, as `npm run build` makes it. Without it none are. */
  pages: z.string('has to be the folder of the built pages, such as dist/web').optional(),
  /** The pages' domain. Without it they have the one that CloudFront gives. */
  pagesDomain: domain('a domain in small letters, such as play.example.com').optional(),
  /** The public hosted zone of Route 53 in which these domains are. */
  zone: domain('the name of a hosted zone of Route 53, such as example.com').optional(),
};

/** Where a stack is found, as its configuration says it. */
type Domains = z.output<z.ZodObject<typeof domainSettings>>;

const within = (domain: string, zone: string): boolean => domain === zone || domain.endsWith(`.${zone}`);

/** A key that does not go with the others, and what has to become of it: a sentence without its subject. `undefined` if all go together. */
export const domainFault = ({ domain, pages, pagesDomain, zone }: Domains) => {
  if (pagesDomain !== undefined && pages === undefined)
    return { key: 'pagesDomain', message: 'has to go with foldcast:pages: nothing would be served there' };
  const domains = Object.entries({ domain, pagesDomain }).filter(
    (each): each is [string, string] => each[1] !== undefined,
  );
  const [first] = domains;
  if (zone === undefined)
    return (
      first && { key: first[0], message: 'has to go with foldcast:zone, the hosted zone of Route 53 that it is in' }
    );
  if (first === undefined) return { key: 'zone', message: 'has to go with a domain or a pagesDomain' };
  const outside = domains.find(([, each]) => !within(each, zone));
  if (outside) return { key: outside[0], message: `has to be in the zone ${zone}` };
  if (domain === pagesDomain)
    return { key: 'pagesDomain', message: 'has to be another one than domain, which is the socket’s' };
  return undefined;
};
