import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { AnyKind, Room, StateOf } from './types.ts';

/**
 * A part of a room's state, for a component of React's: `useRoom(room, (state) => state?.messages)`. It renders again when that part has
 * changed: for objects that is another object, so select what is there rather than build something new.
 */
export const useRoom = <K extends AnyKind, Part = StateOf<K> | undefined>(
  room: Room<K>,
  selector: (state: StateOf<K> | undefined, room: Room<K>) => Part = (state) => state as Part,
): Part => {
  const select = useRef(selector);
  select.current = selector;
  const read = useCallback(() => select.current(room.state, room), [room]);
  return useSyncExternalStore(room.subscribe, read, read);
};
