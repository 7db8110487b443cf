import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Client, connectV1 } from './client-v1.ts';
import { type Command, start } from './command.ts';
import { copiedProject, edit } from './project.ts';
import { until } from './until.ts';

const room = 'counter/global-counter';
const rules = 'domain/kinds/counter.ts';
const remarks = 'replay/command-line/remarks.ts';

/** Waits until something is said that was not said before. */
const said = async (command: Command, before: number, what: RegExp): Promise<string> => {
  const found = () => command.stderr.slice(before).find((line) => what.test(line));
  await until(`${what} is said`, found, 60_000);
  return String(found());
};

const pageOf = async ({ origin }: URL): Promise<string> => (await fetch(`${origin.replace('ws:', 'http:')}/`)).text();

const clicks = async (client: Client, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await client.act({ action: 'plus' });
};

it('runs what is saved, with connections open and state kept, and says what it does to rooms, and what does not build or type', async () => {
  const folder = await copiedProject();
  const path = join(folder, rules);
  const original = await readFile(path, 'utf8');
  const command = start(['--port', '0', '--remarks', remarks], {
    folder,
    watch: ['domain', 'functions', 'store', 'infra'],
  });
  const url = await command.ready();
  const ann = await connectV1(url.href);
  await ann.join(room);
  await clicks(ann, 2);
  await until('two are counted', () => ann.room(room).state === 2);

  // A rule is changed: the room is folded afresh by it, for who has been there all the time.
  let before = command.stderr.length;
  await edit(path, 'value + 1', 'value + 10');
  await said(command, before, /^domain\/kinds\/counter\.ts: reloaded .+ \(\d+\.\d s\)$/);
  await said(command, before, /^counter\/global-counter: event 1 would now make another state$/);
  await clicks(ann, 1);
  await until('it is folded afresh', () => ann.room(room).state === 30);

  // Another rule refuses what counted.
  before = command.stderr.length;
  await edit(path, 'refusal: () => undefined', "refusal: (value) => (value >= 20 ? 'enough' : undefined)");
  await said(command, before, /^counter\/global-counter: event 3 would now be refused \(enough\)$/);
  // What has been said of a room is not said again with the next change.
  before = command.stderr.length;
  await edit(path, "type: 'state'", "type: 'other'");
  const compared = join(folder, `.foldcast/rules-${url.port}.mjs`);
  await until('rooms are looked at', async () => (await readFile(compared, 'utf8')).includes('other'), 60_000);
  expect(command.stderr.slice(before).filter((line) => line.includes(room))).toEqual([]);

  // So is the page that is changed.
  await writeFile(join(folder, 'web/index.html'), '<!doctype html><title>Another page</title>');
  await until('another page is served', async () => (await pageOf(url)).includes('Another page'));

  // A field is added to the state.
  before = command.stderr.length;
  await writeFile(
    path,
    original
      .replace('initial: 0', 'initial: { value: 0, last: null } as { value: number; last: string | null }')
      .replace(
        /fold: .*\n/,
        "fold: ({ value }, { type }) => ({ value: type === 'plus' ? value + 1 : value - 1, last: type }),\n",
      )
      .replace('value: state, version', 'value: state.value, version'),
  );
  await said(command, before, /: reloaded /);
  await clicks(ann, 1);
  await until('the state has it', () => JSON.stringify(ann.room(room).state) === '{"value":4,"last":"plus"}');

  // It is broken: what ran before goes on.
  before = command.stderr.length;
  await edit(path, 'value + 1', 'value.lenth + 1');
  expect(await said(command, before, /What ran before goes on/)).toMatch(
    /^domain\/kinds\/counter\.ts:\d+:\d+: Property 'lenth' does not exist on type 'number'\. What ran before goes on\.$/,
  );
  before = command.stderr.length;
  await edit(path, 'value.lenth + 1', 'value + )1');
  expect(await said(command, before, /What ran before goes on/)).toMatch(/^domain\/kinds\/counter\.ts:\d+(:\d+)?: /);
  await clicks(ann, 1);
  await until('it counts as before', () => JSON.stringify(ann.room(room).state) === '{"value":5,"last":"plus"}');

  // And mended.
  before = command.stderr.length;
  await writeFile(path, original);
  await said(command, before, /: reloaded /);
  await clicks(ann, 1);
  await until('it is as it was', () => ann.room(room).state === 6);
  await ann.close();
}, 240_000);
