import { type Command, InvalidArgumentError, Option } from 'commander';

/** Where to read, and how to answer. */
export interface PlaceFlags {
  readonly local?: true;
  /** Of several runtimes in this folder the one on this port. */
  readonly port?: number;
  readonly data?: string;
  readonly stack?: string;
  readonly file?: string;
  /** One JSON object a line. */
  readonly json?: boolean;
}

const heading = 'Where:';

const places = {
  local: () => new Option('--local', 'what npm start runs in this folder (default)'),
  data: () => new Option('--data <folder>', 'the folder of an npm start -- --data that does not run now'),
  stack: () => new Option('--stack <name>', 'a deployed stack, with your AWS credentials'),
  file: () => new Option('--file <file>', 'an export'),
} as const;

type PlaceName = keyof typeof places;

const portNumber = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It is the number of a port.');
};

/** Chooses among what runs in a folder. */
export const portOption = (): Option =>
  new Option('--port <number>', 'where several run in this folder: which one (default: the first started)').argParser(
    portNumber,
  );

/** Adds the options that say where to look, of which one may be given, and `--json`. */
export const withPlaces = (command: Command, ...names: readonly PlaceName[]): Command => {
  for (const name of names) {
    const others = names.filter((other) => other !== name);
    command.addOption(places[name]().conflicts(others).helpGroup(heading));
    if (name === 'local') command.addOption(portOption().conflicts(others).helpGroup(heading));
  }
  return command.option('--json', 'for machines: one JSON object a line');
};

/** All places that can be read. */
export const readable: readonly PlaceName[] = ['local', 'data', 'stack', 'file'];

/** Examples at the end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  foldcast ${line}`).join('\n')}`;

/** The `seq` of an event or the version of a state. Whether the room has it is for the room to say. */
export const version = (text: string): number => {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It is a whole number.');
};
