import { parentPort } from 'node:worker_threads';
import { workerData } from 'piscina';
import { registry } from '../../domain/registry.ts';
import { limit } from '../../store/limit.ts';
import { ReplayError } from '../errors.ts';
import { remembered } from '../remembered.ts';
import { rulesOf } from '../rules.ts';
import { type WhatIf, whatIf } from '../what-if.ts';
import { openSource, type Source } from './source.ts';

/** A thread that judges rooms afresh. It loads the rules from this folder, and opens what is read by itself. */

/** What is told of a room: of thousands no states. */
export interface Judged extends Pick<WhatIf, 'room' | 'from' | 'to' | 'events' | 'verdicts' | 'same'> {
  /** Of the first event that ends otherwise, or else the last. */
  readonly version: number;
  readonly isOtherwise: boolean;
}

/** A room that can't be judged, and why. An error would lose its class on the way to another thread. */
export interface Unjudged {
  readonly room: string;
  readonly sentence: string;
}

const judgedOf = ({ room, from, to, events, verdicts, same, first }: WhatIf): Judged => {
  const isOtherwise = first !== undefined || !same;
  return { room, version: first?.version ?? to, from, to, events, verdicts, same, isOtherwise };
};

const history = await openSource(workerData as Source, ({ unreadable }) => parentPort?.postMessage({ unreadable }));

export default async (room: string): Promise<Judged | Unjudged> => {
  try {
    const log = remembered(await history.open(room));
    return judgedOf(await whatIf(log, rulesOf(registry, room), undefined, limit));
  } catch (cause) {
    if (cause instanceof ReplayError) return { room, sentence: cause.message };
    throw cause;
  }
};
