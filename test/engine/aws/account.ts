import { type Fields, movingOf, types, type Whereabouts } from './types.ts';

/** A resource that exists. */
export interface Existing {
  readonly type: string;
  /** What AWS calls it. */
  readonly id: string;
  readonly inputs: Fields;
  /** All of its properties. */
  readonly properties: Fields;
}

/** What was done to the account: `create Table log-heads`. */
export type Deed = `${'create' | 'update' | 'delete'} ${string} ${string}`;

/** The resource that a call is about: its type, and its name in the program. */
export interface Subject {
  readonly type: string;
  readonly name: string;
}

/** An AWS account, as far as Pulumi can tell it from one: it keeps what is asked for, and refuses what AWS refuses. */
export class Account {
  readonly deeds: Deed[] = [];
  /** What fails from now on when it is to be made, as things do that are not Pulumi's doing. */
  failing: (subject: Subject) => boolean = () => false;
  readonly #existing = new Map<string, Existing>();
  #made = 0;

  /** All that exists. */
  get resources(): readonly Existing[] {
    return [...this.#existing.values()];
  }

  create(subject: Subject, inputs: Fields, region: string): Existing {
    const { type, name } = subject;
    if (this.failing(subject)) throw new Error(`InternalFailure: ${name} can't be made now`);
    const { id, outputs } = typeOf(type).make(inputs, `${name}-${++this.#made}`, at(region));
    const key = keyOf(type, id, inputs);
    if (this.#existing.has(key)) throw new Error(`ResourceAlreadyExistsException: there is a ${type} ${id}`);
    return this.#keep('create', subject, { type, id, inputs, properties: { ...inputs, ...outputs } });
  }

  /** `undefined` for what does not exist. */
  read(type: string, id: string, inputs: Fields): Existing | undefined {
    return this.#existing.get(keyOf(type, id, inputs));
  }

  update(subject: Subject, id: string, before: Fields, inputs: Fields): Existing {
    const found = this.read(subject.type, id, before);
    if (found === undefined) throw new Error(`ResourceNotFoundException: there is no ${subject.type} ${id}`);
    const kept = Object.entries(found.properties).filter(([key]) => !(key in found.inputs));
    const { make } = typeOf(subject.type);
    const moving = movingOf(typeOf(subject.type), found.inputs, inputs);
    const anew = Object.entries(make(inputs, `${subject.name}-${++this.#made}`, at('')).outputs ?? {});
    const moved = anew.filter(([key]) => moving.includes(key));
    const properties = { ...inputs, ...Object.fromEntries(kept), ...Object.fromEntries(moved) };
    return this.#keep('update', subject, { ...found, inputs, properties });
  }

  delete(subject: Subject, id: string, inputs: Fields): void {
    const found = this.read(subject.type, id, inputs);
    // What is gone already needs no deletion, as the real provider sees it.
    if (found === undefined) return;
    const objection = this.#objectionTo(found);
    if (objection !== undefined) throw new Error(`${objection}: ${id} can't be deleted`);
    this.#existing.delete(keyOf(subject.type, id, inputs));
    this.#did('delete', subject);
  }

  /** Somebody deletes it by hand. */
  lose(type: string, matches: (existing: Existing) => boolean): void {
    for (const [key, existing] of this.#existing)
      if (existing.type === type && matches(existing)) this.#existing.delete(key);
  }

  #keep(verb: 'create' | 'update', subject: Subject, existing: Existing): Existing {
    this.#existing.set(keyOf(existing.type, existing.id, existing.inputs), existing);
    this.#did(verb, subject);
    return existing;
  }

  #did(verb: 'create' | 'update' | 'delete', { type, name }: Subject): void {
    this.deeds.push(`${verb} ${type.split(':').at(-1)} ${name}`);
  }

  #objectionTo({ type, id, inputs }: Existing): string | undefined {
    const uses = (user: string, property: string, value: unknown): boolean =>
      this.resources.some((other) => other.type === user && other.inputs[property] === value);
    if (inputs.deletionProtectionEnabled === true) return 'ValidationException';
    // Every bucket of a stack that is used holds files.
    if (type === 'aws:s3/bucket:Bucket' && inputs.forceDestroy !== true) return 'BucketNotEmpty';
    if (type === 'aws:iam/role:Role' && uses('aws:iam/rolePolicy:RolePolicy', 'role', id)) return 'DeleteConflict';
    if (type === 'aws:apigatewayv2/deployment:Deployment' && uses('aws:apigatewayv2/stage:Stage', 'deploymentId', id))
      return 'BadRequestException';
    return undefined;
  }
}

export const accountId = '123456789012';

const at = (region: string): Whereabouts => ({ account: accountId, region });

export const typeOf = (type: string) => {
  const found = types[type];
  if (found === undefined) throw new Error(`The stand-in for AWS does not know ${type}: describe it in aws/types.ts.`);
  return found;
};

/** Ids are unique within a type, and what belongs to an API within its API. */
const keyOf = (type: string, id: string, { apiId = '' }: Fields): string => `${type} ${apiId} ${id}`;
