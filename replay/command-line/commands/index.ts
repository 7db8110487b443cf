import type { Command } from 'commander';
import type { Run } from '../run.ts';
import { addAfresh } from './afresh.ts';
import { addBisect } from './bisect.ts';
import { addDoctor } from './doctor.ts';
import { addExport } from './export.ts';
import { addFork } from './fork.ts';
import { addImport } from './import.ts';
import { addLog } from './log.ts';
import { addRebuild } from './rebuild.ts';
import { addRedrive } from './redrive.ts';
import { addReplay } from './replay.ts';
import { addRestore } from './restore.ts';
import { addRooms } from './rooms.ts';
import { addSaw } from './saw.ts';
import { addShrink } from './shrink.ts';
import { addState } from './state.ts';
import { addTail } from './tail.ts';
import { addVerify } from './verify.ts';
import { addWatch } from './watch.ts';
import { addWhatIf } from './whatif.ts';

const commands = [
  addRooms,
  addLog,
  addState,
  addReplay,
  addSaw,
  addVerify,
  addBisect,
  addShrink,
  addWhatIf,
  addFork,
  addExport,
  addImport,
  addTail,
  addWatch,
  addRebuild,
  addAfresh,
  addRedrive,
  addRestore,
  addDoctor,
];

/** All commands, in the order in which help lists them. A new one is a file beside this one and a line here. */
export const addCommands = (program: Command, run: Run): void => {
  for (const add of commands) add(program, run);
};
