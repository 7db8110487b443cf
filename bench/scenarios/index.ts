import type { Scenario } from '../scenario.ts';
import { attack } from './attack.ts';
import { counters } from './counter.ts';
import { crowd } from './crowd.ts';
import { fanOut } from './fan-out.ts';
import { replays } from './replay.ts';
import { rooms } from './rooms.ts';
import { start } from './start.ts';

/** All that is measured, in the order in which it runs. A new scenario is a file beside this one and a line here. */
export const scenarios: readonly Scenario[] = [start, ...counters, ...rooms, fanOut, attack, crowd, ...replays];
