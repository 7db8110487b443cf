import { signedIn } from '../sign-in.ts';
import { selfHandler } from './handler.ts';

export const handler = signedIn(selfHandler);
