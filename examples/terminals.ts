/**
 * Direct messages between terminals: `npx node examples/terminals.ts ann`, and `bob` in another one, where the line `ann Hi!` says "Hi!" to ann.
 */
import { createInterface } from 'node:readline';
import { connect } from 'foldcast-client';

const [user = 'guest', url = 'ws://localhost:3000/dev'] = process.argv.slice(2);
const foldcast = connect(url, { user });
foldcast.join('chat/lobby');
foldcast.hear(({ from = 'the operator', message }) => console.log(`${from}: ${message}`));

for await (const line of createInterface({ input: process.stdin })) {
  const [, to = '', text = ''] = /^(\S+) +(.*)$/.exec(line) ?? [];
  await foldcast.tell(`~${to}`, 'chat/lobby', text).catch((cause: Error) => console.log(cause.message));
}
foldcast.close();
