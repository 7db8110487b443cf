export { connect } from './connect.ts';
export { Closed, Refused, TooMany, Uncertain } from './errors.ts';
export type {
  AnyKind,
  Clock,
  Done,
  Foldcast,
  Keep,
  Kept,
  KindOf,
  Options,
  Pending,
  ReasonOf,
  Room,
  Socket,
  StateOf,
  Status,
  Unruled,
} from './types.ts';
