import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectV1 } from './client-v1.ts';
import { type Command, start } from './command.ts';
import { copiedProject, edit } from './project.ts';
import { until } from './until.ts';

const room = 'counter/global-counter';

const kind = (rules: string): string => `
  import * as z from 'zod/mini';
  import { defineKind } from '../kind.ts';
  export const counter = defineKind({
    name: 'counter',
    roomOf: () => 'global-counter',
    refusal: () => undefined,
    cast: 'state',
    plain: ({ state }) => [JSON.stringify(state)],
    ${rules}
  });
`;

/** The worked example of docs/rules-that-change.md: the code blocks that begin with this version, without what they leave out. */
const example = async (version: number): Promise<string> => {
  const page = await readFile('docs/rules-that-change.md', 'utf8');
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  const [second, upgrade, third] = blocks;
  const state = [...(second ?? '').matchAll(/^ {2}(?:initial|fold): .*$/gm)].join('\n');
  expect(second).toContain('version: 2,');
  expect(third).toContain('version: 3,');
  return version === 2
    ? kind(`version: 2, actions: { plus: z.object({}), minus: z.object({}) },\n${state}\n${upgrade}`)
    : kind(`${third}\n${upgrade}`);
};

/** What version 3 has beside what the page shows of it. */
const counting = `
    initial: { value: 0, last: null } as { value: number; last: string | null },
    fold: ({ value }, { data, by }) => ({ value: value + data.count, last: by }),`;

it('goes on under the rules of the documentation, for clients of each version', async () => {
  const folder = await copiedProject();
  await mkdir(join(folder, 'data'));
  const rules = join(folder, 'domain/kinds/counter.ts');
  const run = async (what: (href: string) => Promise<void>) => {
    const command: Command = start(['--port', '0', '--data', 'data'], { folder });
    await what((await command.ready()).href);
    command.signal('SIGINT');
    await command.ended;
    return command;
  };
  const stateOf = async (href: string, actions: readonly object[], expected: object | number) => {
    const ann = await connectV1(href);
    await ann.join(room);
    for (const action of actions) expect(await ann.act(action as { action: string })).toMatchObject({ type: 'ack' });
    await until(`the state is ${JSON.stringify(expected)}`, () => {
      const { state } = ann.room(room);
      return JSON.stringify(state, ['value', 'last']) === JSON.stringify(expected, ['value', 'last']);
    });
    await ann.close();
  };
  const [plus, minus] = [
    { action: 'plus', user: 'ann' },
    { action: 'minus', user: 'bob' },
  ];
  await run((href) => stateOf(href, [plus, plus, minus], 1));

  await writeFile(rules, await example(2));
  await run(async (href) => {
    await stateOf(href, [], { value: 1, last: '~bob' });
    await stateOf(href, [plus], { value: 2, last: '~ann' });
  });

  await writeFile(rules, (await example(3)).replace('version: 3,', `version: 3,${counting}`));
  await run(async (href) => {
    await stateOf(href, [], { value: 2, last: '~ann' });
    // Of a page that was opened before.
    await stateOf(href, [plus], { value: 3, last: '~ann' });
    await stateOf(href, [{ action: 'plus', count: 7, user: 'bob' }], { value: 10, last: '~bob' });
  });
}, 180_000);

it('does not start where rooms could come to a standstill', async () => {
  const folder = await copiedProject();
  await edit(join(folder, 'domain/kinds/counter.ts'), "name: 'counter',", "name: 'counter', version: 2,");
  await edit(join(folder, 'Pulumi.dev.yaml'), 'config:\n', 'config:\n  foldcast:eventRetentionDays: 30\n');
  const command = start(['--port', '0'], { folder });
  expect(await command.ended).toBe(1);
  expect(command.stderr.join('\n')).toContain(
    'Give counter an "upgrade" in domain/kinds/, or remove foldcast:eventRetentionDays',
  );
}, 60_000);
