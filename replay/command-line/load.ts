import { sourceFault } from 'pulumi-local/source-fault';

const commands = {
  main: () => import('./main.ts'),
  say: () => import('./say.ts'),
  token: () => import('./token.ts'),
};

/** Runs a command. Where a kind, or whatever else it loads, can't be read, it says so in a sentence, and ends with 2. */
export const load = async (command: keyof typeof commands): Promise<void> => {
  try {
    await commands[command]();
  } catch (cause) {
    const fault = sourceFault(cause, process.cwd());
    if (fault === undefined) throw cause;
    console.error(`${fault.replace(/[^.]$/, '$&.')} Mend it, and try again.`);
    process.exitCode = 2;
  }
};
