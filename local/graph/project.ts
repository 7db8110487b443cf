import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What Pulumi's two files say: which program to run, and with which configuration. */
export interface Project {
  readonly name: string;
  /** Where it is. */
  readonly folder: string;
  /** The absolute path of the program. */
  readonly main: string;
  /** Full keys (`shop:protect`) and values as Pulumi hands them to a program: strings as they are, all else as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys whose values only Pulumi can read: `config` has what stands in for them. */
  readonly secretKeys: readonly string[];
}

/**
 * What a secret is on this machine, a text of at least 64 characters: the value itself is encrypted. Whoever reads this line knows
 * it, so that tokens can be signed with it, and nobody takes it for a secret.
 */
export const standIn = (key: string): string =>
  `stand-in for ${key}: known to everybody, for one machine alone, in place of a secret`;

type Fields = Readonly<Record<string, unknown>>;

/** What the project in a folder is called. Rejects like `readProject`. */
export const projectName = async (folder: string): Promise<string> => nameOf(await readYaml(folder, 'Pulumi.yaml'));

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml`.
 *
 * Rejects with one sentence when a file is missing or no YAML.
 */
export const readProject = async (folder: string, stack: string): Promise<Project> => {
  const project = await readYaml(folder, 'Pulumi.yaml');
  const settings = await readYaml(folder, `Pulumi.${stack}.yaml`);
  const name = nameOf(project);
  const own = fields(settings.config);
  return {
    name,
    folder,
    main: join(folder, typeof project.main === 'string' ? project.main : 'index.ts'),
    config: { ...projectConfig(name, fields(project.config)), ...stackConfig(own) },
    secretKeys: Object.keys(own).filter((key) => holdsSecret(own[key])),
  };
};

const nameOf = (project: Fields): string => String(project.name);

const readYaml = async (folder: string, file: string): Promise<Fields> => {
  let text: string;
  try {
    text = await readFile(join(folder, file), 'utf8');
  } catch (cause) {
    throw new Error(`There is no ${file} in ${folder}: start where it is, or name a stack that has one.`, { cause });
  }
  try {
    return fields(parse(text));
  } catch (cause) {
    throw new Error(`${file} is not YAML: ${firstLine(cause)}`, { cause });
  }
};

/** A project's configuration: keys without a namespace are the project's, and values may be declared with a type and a default. */
const projectConfig = (project: string, config: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, declared]) => {
      const isDeclaration = typeof declared === 'object' && declared !== null && !Array.isArray(declared);
      const value = isDeclaration ? (fields(declared).value ?? fields(declared).default) : declared;
      return value === undefined ? [] : [[key.includes(':') ? key : `${project}:${key}`, text(value)]];
    }),
  );

const stackConfig = (config: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, text(readable(key, value))]));

/** Pulumi writes an encrypted value as `{ secure: … }`, on its own or anywhere within a list or an object. */
const isSecret = (value: unknown): boolean => typeof fields(value).secure === 'string';

const holdsSecret = (value: unknown): boolean => isSecret(value) || Object.values(fields(value)).some(holdsSecret);

const readable = (key: string, value: unknown): unknown => {
  if (isSecret(value)) return standIn(key);
  if (Array.isArray(value)) return value.map((each) => readable(key, each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readable(key, each)]));
};

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {});

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
