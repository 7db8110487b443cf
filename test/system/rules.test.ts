import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Client, connectV1 } from './client-v1.ts';
import { start } from './command.ts';
import { copiedProject, edit } from './project.ts';
import { until } from './until.ts';

/** This very project, but the chat has rules that fail on some texts. */
const fragileProject = async (): Promise<string> => {
  const folder = await copiedProject();
  const fold = "case 'onMessage': {";
  const rules = `${fold}
        if (/^(a+)+$/.test(event.data.message)) return state;
        if (event.data.message === 'loop') for (;;);
        if (event.data.message.startsWith('throw')) throw new RangeError(\`No \${event.data.message}.\`);`;
  await edit(join(folder, 'domain/kinds/chat.ts'), fold, rules);
  return folder;
};

const say = (client: Client, room: string, message: string) => client.act({ action: 'onMessage', room, message });

it('[F4] gives up events on which rules fail, goes on, and shows what failed without being asked', async () => {
  const command = start(['--port', '0'], { folder: await fragileProject() });
  const { href } = await command.ready();
  const [ann, bob] = [await connectV1(href), await connectV1(href)];
  await ann.join('chat/broken');
  await bob.join('chat/fine');

  const texts = ['loop', `${'a'.repeat(40)}b`, 'throw\u001b]0;owned\u0007\u009b2J'];
  const refused = texts.map((text) => say(ann, 'chat/broken', text));
  expect(await say(bob, 'chat/fine', 'Hi.')).toMatchObject({ type: 'ack' });
  expect(await Promise.all(refused)).toMatchObject(texts.map(() => ({ type: 'refused', reason: 'fault' })));
  expect(await say(ann, 'chat/broken', 'Still here.')).toMatchObject({ type: 'ack' });
  await until('the room hears it', () => ann.room('chat/broken').events.some(({ type }) => type === 'onMessage'));
  await Promise.all([ann.close(), bob.close()]);

  await until('all is shown', () => command.stderr.filter((line) => line.includes('ERROR')).length >= texts.length);
  const shown = command.stderr.join('\n');
  expect(shown).toContain('fold ERROR the rules failed on an event: it does not count');
  expect(shown).toContain('The rules did not end within');
  expect(shown).toMatch(/RangeError: No throw.*\n +at .*chat\.ts/);
  expect(shown).toContain('"data":{"message":"loop"}');
  expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(command.stderr.filter((line) => / (appended|folded) /.test(line))).toEqual([]);
}, 120_000);

it('folds rooms afresh by rules that changed without a new version', async () => {
  const folder = await copiedProject();
  const args = ['--port', '0', '--data', 'data', '--verbose'];
  const first = start(args, { folder });
  const ann = await connectV1((await first.ready()).href);
  await ann.join('counter/global-counter');
  for (const action of ['plus', 'plus', 'minus']) await ann.act({ action });
  await ann.close();
  first.signal('SIGINT');
  await first.ended;

  await edit(join(folder, 'domain/kinds/counter.ts'), 'value + 1', 'value + 10');
  const second = start(args, { folder });
  const bob = await connectV1((await second.ready()).href);
  await bob.join('counter/global-counter');
  await until('the room is folded afresh', () => bob.room('counter/global-counter').state === 19);
  await bob.act({ action: 'minus' });
  await until('and goes on', () => bob.room('counter/global-counter').state === 18);
  expect(second.stderr.some((line) => line.includes('folded a room afresh'))).toBe(true);
  await bob.close();
}, 120_000);
