/** The kinds of this stack, whose rules a client may know: `connect(url, { kinds: [counter, chat] })`. */
export { chat } from '../domain/kinds/chat.ts';
export { counter } from '../domain/kinds/counter.ts';
export { files } from '../domain/kinds/files.ts';
export { game } from '../domain/kinds/game.ts';
