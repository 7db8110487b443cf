export { connect } from './connect.ts';
export { Closed, Refused, TooMany, Uncertain } from './errors.ts';
export type {
  AnyKind,
  Done,
  Foldcast,
  Keep,
  Kept,
  KindOf,
  Options,
  Pending,
  ReasonOf,
  Room,
  StateOf,
  Status,
  Unruled,
} from './types.ts';
