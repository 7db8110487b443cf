import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often it is asked whether they are there, in ms: nobody tells of an end. */
const every = 500;

/** What a process is called, and who its parent is; throws where that can't be found out. */
const about = (pid: number): { readonly name: string; readonly parent: number } => {
  const asked =
    process.platform === 'linux'
      ? // The name is in brackets, and may have brackets in it. Source: proc(5), "/proc/pid/stat".
        /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      : /^()\s*(\d+)/.exec(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  const name = asked?.[1] || execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return { name, parent: Number(asked?.[2]) };
};

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Who started this process: npm does it through a shell, which outlives npm. */
const starters = (): readonly number[] => {
  const { ppid } = process;
  try {
    const { name, parent } = about(ppid);
    return /(^|\/)\w*sh$/.test(name) ? [ppid, parent] : [ppid];
  } catch {
    return [ppid];
  }
};

/** Calls back once when npm, which started this process, has ended. */
export const onStarterGone = (gone: () => void): void => {
  const pids = starters();
  const timer = setInterval(() => {
    if (pids.every(isThere)) return;
    clearInterval(timer);
    gone();
  }, every).unref();
};
