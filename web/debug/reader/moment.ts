import type { Registry } from '../../../domain/registry.ts';
import { changes } from '../../../replay/diff.ts';
import { ReplayError } from '../../../replay/errors.ts';
import type { RoomLog } from '../../../replay/log.ts';
import { rulesOf } from '../../../replay/rules.ts';
import { requireVersion, stateAt } from '../../../replay/state.ts';
import { steps } from '../../../replay/steps.ts';
import type { Moment } from './messages.ts';

type Part = Omit<Moment, 'version'>;

/** A part of a moment, or the sentence that says why it can't be had: the other parts are shown without it. */
const orProblem = async (part: () => Promise<Part>): Promise<Part> => {
  try {
    return await part();
  } catch (cause) {
    if (cause instanceof ReplayError) return { problem: cause.message };
    throw cause;
  }
};

const eventAt = async (log: RoomLog, version: number): Promise<Part> => {
  for await (const page of log.pages({ from: version, to: version })) {
    const event = page.events.find(({ seq }) => seq === version);
    return { committed: page.at, ...(event && { event }) };
  }
  return {};
};

/** The event of a version and what it changed. Throws `unknown-room` or `no-such-version`. */
export const momentAt = async (registry: Registry, log: RoomLog, version: number): Promise<Moment> => {
  await requireVersion(log, version);
  const whole = await orProblem(async () => {
    const kind = rulesOf(registry, log.room);
    for await (const { event, before, after, committed, fault } of steps(log, kind, { from: version, to: version })) {
      const problem = fault && { problem: `The rules fail on this event now: ${fault.message}` };
      const stack = fault?.stack === undefined ? {} : { stack: fault.stack };
      return { event, committed, state: { value: after }, changes: changes(before, after), ...problem, ...stack };
    }
    return {};
  });
  if (whole.event) return { version, ...whole };
  // There may be a state even where the state before it is gone or the event never arrived: a checkpoint of this very version.
  const state = await orProblem(async () => ({
    state: { value: (await stateAt(log, rulesOf(registry, log.room), version)).state },
  }));
  return { version, ...(await eventAt(log, version)), ...whole, ...state };
};
