import { reached } from '../../test/system/until.ts';
import type { Member, System } from './system.ts';

/** Clicks that are sent at once. */
export interface Load {
  /** How many of the members click. */
  readonly clickers: number;
  /** Clicks of each. */
  readonly each: number;
  /** How long to wait for every member to show the right value, in ms. */
  readonly limit: number;
}

/** What they came to. */
export interface Outcome {
  readonly clicks: number;
  /** From the first click until every member showed what it shows in the end; undefined if that took longer than the limit. */
  readonly seconds: number | undefined;
  /** Clicks that are in the value in the end. */
  readonly counted: number;
  /** Members that show that value. */
  readonly showing: number;
  /** Messages that all members together received. */
  readonly messages: number;
  readonly posts: number | undefined;
}

/** Nothing runs any more once nobody has heard anything for so long, in ms: nothing waits longer than a second on its way. */
const silence = 2_000;

const sumOf = (members: readonly Member[]): number => members.reduce((sum, member) => sum + member.received(), 0);
const lastOf = (members: readonly Member[]): number =>
  members.reduce((last, each) => Math.max(last, each.heardAt()), 0);

/** Some of the members click as fast as they can, and all of them watch. */
export const measureClicks = async (
  system: System,
  members: readonly Member[],
  { clickers, each, limit }: Load,
): Promise<Outcome> => {
  const clicks = clickers * each;
  const [before, posts, messages] = [await rightValue(system, members), await system.posts(), sumOf(members)];
  const allShow = (value: number) => members.every((member) => member.value() === value);

  const began = performance.now();
  for (let nth = 0; nth < each; nth += 1) for (const member of members.slice(0, clickers)) member.click();
  const silent = () => lastOf(members) > began && performance.now() - lastOf(members) > silence;

  const settled = await reached(system.kept ? silent : () => allShow(before + clicks), limit);
  const seconds = (lastOf(members) - began) / 1000;
  // What comes after the right value has cost posts too.
  if (settled) await reached(silent, limit);

  const value = await rightValue(system, members);
  return {
    clicks,
    seconds: settled ? seconds : undefined,
    counted: value - before,
    showing: members.filter((member) => member.value() === value).length,
    messages: sumOf(members) - messages,
    posts: posts === undefined ? undefined : ((await system.posts()) ?? 0) - posts,
  };
};

/** The value that is right: what the system keeps, or the furthest that anybody was told. */
const rightValue = async ({ kept }: System, members: readonly Member[]): Promise<number> =>
  kept ? kept() : Math.max(0, ...members.map((member) => member.value() ?? 0));
