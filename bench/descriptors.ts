import { report } from 'node:process';

/** What a process has open beside its sockets to members: files, pipes, connections to AWS, and room to spare. */
const others = 500;

/**
 * Each socket is an open file, of this process and of the runtime's. Node takes all that it may have at its start, and the
 * shell says how many that is.
 * @throws Error that says what to do where so many sockets can't be opened
 */
export const checkDescriptors = (sockets: number): void => {
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | 'unlimited' } } };
  const most = userLimits?.open_files?.soft;
  const needed = sockets + others;
  if (typeof most === 'number' && most < needed)
    throw new Error(
      `${sockets} members need ${needed} open files, and here a process may have ${most}: run "ulimit -n ${needed}" in this shell first, or raise the hard limit (nofile) for your user.`,
    );
};
