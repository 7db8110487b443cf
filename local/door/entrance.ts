import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isAwsRequest } from './address.ts';
import { answerJson, refuseUpgrade } from './answer.ts';
import type { Entrance, Upgrade } from './hold.ts';
import type { Visitor } from './visitor.ts';

/** What is behind the one port, by whom it is answered. */
export interface EntranceOptions {
  readonly visitorOf: (headers: IncomingMessage['headers']) => Visitor;
  readonly s3: {
    recognises(request: IncomingMessage): boolean;
    /** `isStranger`: the request is a stranger's, for the bucket to say whether that may be. */
    answer(request: IncomingMessage, response: ServerResponse, isStranger: boolean): Promise<void>;
  };
  readonly aws: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** What is told as JSON, by its path. */
  readonly told: Readonly<Record<string, () => object>>;
  readonly pages: RequestListener;
  readonly upgrade: Upgrade;
}

const misdirected = [
  421,
  'This runtime answers for localhost alone: start it with --origin and the address that it has for you.',
] as const;
const strange = [
  403,
  'Pages of other origins may do nothing here: start the runtime with --origin and the origin of the page to let it.',
] as const;
const unsigned =
  'Calls from a browser have to be signed here, since any page can send one that is not: call with an AWS SDK.';

/** Somebody followed a link. What is shown is ours, and the page with the link gets to see nothing of it. */
const followsLink = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.origin === undefined &&
  headers['sec-fetch-mode'] === 'navigate' &&
  headers['sec-fetch-dest'] === 'document';

/**
 * Lets in who may come in. Programs may do all, and so may pages of this machine where they sign their AWS calls; what pages of
 * other origins send is refused, but for uploads that a bucket allows them.
 */
export const createEntrance = ({ visitorOf, s3, aws, told, pages, upgrade }: EntranceOptions): Required<Entrance> => ({
  request: (request, response) => {
    const { headers, url = '' } = request;
    const visitor = visitorOf(headers);
    const refuse = ([status, message]: readonly [number, string]) => answerJson(response, { message }, status);
    if (visitor === 'misdirected') return refuse(misdirected);
    if (s3.recognises(request)) return void s3.answer(request, response, visitor === 'stranger');
    const tell = Object.hasOwn(told, url) ? told[url] : undefined;
    const isForPages = !isAwsRequest(request) && tell === undefined;
    if (visitor === 'stranger' && !(isForPages && followsLink(request))) return refuse(strange);
    if (isForPages) return pages(request, response);
    if (tell !== undefined) return answerJson(response, tell());
    if (visitor === 'page' && headers.authorization === undefined)
      return answerJson(response, { __type: 'MissingAuthenticationTokenException', message: unsigned }, 403);
    return void aws(request, response);
  },
  upgrade: (request, socket, head) => {
    const visitor = visitorOf(request.headers);
    if (visitor === 'misdirected') refuseUpgrade(socket, ...misdirected);
    else if (visitor === 'stranger') refuseUpgrade(socket, ...strange);
    else upgrade(request, socket, head);
  },
});

/** Lets programs in alone: where there are no pages, no browser has anything to do. */
export const createProgramsEntrance =
  ({ visitorOf, aws }: Pick<EntranceOptions, 'visitorOf' | 'aws'>): RequestListener =>
  (request, response) => {
    if (visitorOf(request.headers) === 'program') void aws(request, response);
    else answerJson(response, { message: 'Only programs of this machine are answered here, no browsers.' }, 403);
  };
