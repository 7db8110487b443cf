/** Somebody who watches a counter, and may click. What it hears is read when it is asked for, so that hearing costs little. */
export interface Member {
  click(): void;
  /** What it shows; undefined before it has heard of a value. */
  value(): number | undefined;
  /** Messages since it joined. */
  received(): number;
  /** When the last of them came, in ms of `performance.now()`; 0 before the first. */
  heardAt(): number;
  leave(): void;
}

/** A shared counter, running in a process of its own. */
export interface System {
  readonly title: string;
  join(): Promise<Member>;
  /** Posts to connections that its functions have made so far; undefined where there are no functions. */
  posts(): Promise<number | undefined>;
  /** The value that it keeps. Only where clicks may get lost, so that nobody can know the value beforehand. */
  readonly kept?: () => Promise<number>;
  close(): Promise<void>;
}
