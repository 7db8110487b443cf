import { inspect } from 'node:util';
import { InvalidArgumentError, program } from 'commander';
import { banner } from './banner.ts';
import { isError, printable, readableLine } from './log-line.ts';
import { onStarterGone } from './parent.ts';
import { findRunning, leaveWord, takeWordBack } from './running.ts';

interface Flags {
  readonly port: number;
  readonly stack: string;
  readonly data?: string;
  readonly pages?: string;
  /** Paths; `true`: the whole folder; `false`: nothing. */
  readonly watch: readonly string[] | boolean;
  readonly remarks?: string;
  readonly origin: readonly string[];
  readonly latency?: 'aws';
  readonly chaos?: number;
  readonly seed: number;
  readonly verbose?: true;
}

const number =
  (least: number, most: number, isKind = Number.isFinite, kind = 'number') =>
  (text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !isKind(value) || value < least || value > most)
      throw new InvalidArgumentError(`It is a ${kind} from ${least} to ${most}.`);
    return value;
  };

const wholeNumber = (least: number, most: number) => number(least, most, Number.isInteger, 'whole number');

const aws = (text: string) => {
  if (text !== 'aws') throw new InvalidArgumentError('The only choice is "aws".');
  return text;
};

/** Each is added to those before it. */
const origin = (text: string, before: readonly string[]): readonly string[] => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search + url.hash + url.username !== '')
    throw new InvalidArgumentError('It is an origin such as https://tunnel.example.');
  return [...before, url.origin];
};

program
  .name('pulumi-local')
  .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
  .description('Runs the AWS resources of the Pulumi program in this folder on this machine.')
  .option('--port <number>', 'the one port that everything is on', wholeNumber(0, 65_535), 3000)
  .option('--stack <name>', 'the stack whose configuration is used', 'dev')
  .option('--data <folder>', 'keep tables, streams and queues in a folder, over restarts and crashes')
  .option('--pages <folder>', 'build the Vite project in a folder, and serve it at /')
  .option('--watch [paths...]', 'the files and folders that the program is made of (default: all of this folder)', true)
  .option('--no-watch', 'leave running what runs, whatever is saved')
  .option('--remarks <file>', 'a program that is run at the start and when what is saved runs: its lines are said')
  .option(
    '--origin <origin>',
    'let in the pages of an origin, and requests for its host, such as https://tunnel.example; again for more',
    origin,
    [],
  )
  .option('--latency <aws>', 'take as long as AWS would', aws)
  .option('--chaos <share>', "make this share of the functions' calls fail, such as 0.05", number(0, 1))
  .option('--seed <number>', 'repeat what is left to chance', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
  .option('--verbose', 'show what the functions log: without it, errors alone')
  .addHelpText(
    'after',
    '\nExamples:\n  npx pulumi-local --port 4000 --verbose\n  npx pulumi-local --data .data --latency aws',
  );

const say = (line: string) => console.error(printable(line));

const run = async ({ verbose, latency, origin: origins, watch, remarks: file, ...flags }: Flags): Promise<void> => {
  const project = process.cwd();
  say('Starting …');
  // Loaded only here: that it starts is said before all of it is there.
  const { startRuntime } = await import('./runtime.ts');
  const program = { project, stack: flags.stack, say };
  const hot =
    watch === false
      ? undefined
      : (await import('./reload/index.ts')).createHotReload({
          ...program,
          paths: watch === true ? ['.'] : watch,
          pages: flags.pages,
          except: flags.data,
        });
  const runtime = await startRuntime({
    ...flags,
    ...(hot ? { reader: hot.reader } : program),
    origins,
    reloading: hot !== undefined,
    latency: latency === 'aws',
    say,
    onLog: (name, line) => {
      if (verbose || isError(line)) say(readableLine(name, line));
    },
  });
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    hot?.close();
    void runtime.close().then(() => process.exit(signal === 'SIGINT' ? 0 : 143));
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  // npm that is ended leaves what it started running.
  if (process.env.npm_lifecycle_event !== undefined) onStarterGone(() => end('SIGTERM'));
  const { port } = runtime;
  const own = { port, pid: process.pid, stack: flags.stack, since: Date.now() };
  const leave = () => leaveWord(project, { ...own, outputs: runtime.graph.outputs });
  await takeWordBack(project, port);
  await leave().catch((cause) => say(`Commands will not find this runtime: ${(cause as Error).message}`));
  const first = await findRunning(project);
  if (first && first.port !== port)
    say(
      `Commands go to the runtime on port ${first.port}, which was started earlier, unless they are told --port ${port}.`,
    );
  for (const line of banner({ graph: runtime.graph, pages: flags.pages, data: flags.data }))
    console.log(printable(line));
  if (!hot) return;
  const { createRemarks } = await import('./reload/remarks.ts');
  const remarks = file === undefined ? undefined : createRemarks({ ...program, file, port });
  process.once('exit', () => remarks?.close());
  remarks?.ask([]);
  hot.follow(runtime, {
    reloaded: async (files, changed) => {
      // Commands find it all the same, by what it exported before.
      await leave().catch(() => {});
      if (changed.length > 0) remarks?.ask(files);
    },
  });
};

program.action((flags: Flags) => {
  const fail = (cause: unknown) => {
    say(cause instanceof Error ? cause.message : String(cause));
    if (flags.verbose) say(inspect(cause));
    process.exit(1);
  };
  run(flags).catch(fail);
});
program.parse();
