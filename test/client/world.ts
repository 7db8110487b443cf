import type { AnyKind, Clock, Socket } from 'foldcast-client';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import { refold } from '../../domain/fold.ts';
import type { Kind } from '../../domain/kind.ts';
import { beginning, foldPage, type Latest } from '../../domain/page.ts';
import { eventsMessages, publicEvent, type ServerMessage, serverMessage } from '../../domain/protocol.ts';
import { toldRules } from '../../domain/version.ts';

interface Line {
  readonly id: string;
  readonly rooms: Set<string>;
  readonly socket: Socket & { readyState: number };
  /** How long (ms) the next thing in either direction takes. */
  readonly delay: () => number;
  /** Nothing goes through, in either direction, and nobody is told. */
  dead: boolean;
}

interface RoomLog {
  epoch: string;
  latest: Latest;
  log: LoggedEvent[];
}

/**
 * A server as the protocol says one is, of the fold that the real one has, and a network between it and its clients that delays, cuts, falls
 * silent and loses what is on its way, on command. `chance`: from 0 to 1, for how long things take.
 */
export const createWorld = (clock: Clock, known: readonly AnyKind[], chance: () => number = () => 0.5) => {
  let kinds = known;
  const lines = new Set<Line>();
  const rooms = new Map<string, RoomLog>();
  let count = 0;
  let isUp = true;
  let epochs = 0;

  const kindOf = (room: string) => kinds.find(({ name }) => room.startsWith(`${name}/`)) as unknown as Kind;
  const roomOf = (room: string): RoomLog => {
    const there = rooms.get(room);
    if (there) return there;
    const made = { epoch: '', latest: beginning(kindOf(room)), log: [] };
    rooms.set(room, made);
    return made;
  };
  /** One after the other on a line, as a WebSocket has them; what is on its way when it is cut is lost. */
  const post = (line: Line, message: ServerMessage | string): void => {
    const text = typeof message === 'string' ? message : serverMessage(message);
    clock.after(line.delay(), () => {
      if (!line.dead && lines.has(line)) line.socket.onmessage?.({ data: text });
    });
  };

  const cast = (room: string, first: number, epoch: string): void => {
    const { latest, log } = roomOf(room);
    const kind = kindOf(room);
    const events = log.filter(({ seq, refused }) => seq >= first && refused === undefined).map(publicEvent);
    for (const line of [...lines].filter((each) => each.rooms.has(room)))
      if (events.length === 0) continue;
      else if (kind.cast === 'state')
        post(line, { type: 'state', room, epoch, version: latest.version, ...toldRules(kind), state: latest.state });
      else
        for (const text of eventsMessages({
          room,
          epoch,
          since: first - 1,
          to: latest.version,
          ...toldRules(kind),
          events,
        }))
          post(line, text);
  };

  const append = (line: Line, room: string, event: Omit<Event, 'seq'>): void => {
    const at = roomOf(room);
    if (at.epoch === '') at.epoch = `e${++epochs}`;
    const { epoch } = at;
    const seq = at.latest.version + 1;
    const folded = foldPage({
      room,
      kind: kindOf(room),
      latest: at.latest,
      epoch,
      events: [{ ...event, seq }],
      older: at.log,
      at: 0,
    });
    if (!folded) throw new Error('The model has folded it before.');
    at.latest = folded.latest;
    at.log.push(...folded.page.events);
    const [logged] = folded.page.events;
    const [counts, reason] = [logged?.first?.seq ?? seq, logged?.first ? logged.first.refused : logged?.refused];
    const about = { room, epoch, id: event.id, seq: counts };
    post(line, reason === undefined ? { type: 'ack', ...about } : { type: 'refused', ...about, reason });
    cast(room, seq, epoch);
  };

  const handle = (line: Line, text: string): void => {
    const { action, id, room, since, epoch, retry, user, ...data } = JSON.parse(text);
    if (action === 'ping') post(line, { type: 'pong' });
    else if (action === 'whoAmI') post(line, line.id);
    else if (action === 'leave') {
      line.rooms.delete(room);
      post(line, { type: 'left', room });
    } else if (action === 'join' || action === 'sync') {
      if (action === 'join') line.rooms.add(room);
      const at = roomOf(room);
      const { version } = at.latest;
      const rules = toldRules(kindOf(room));
      if (kindOf(room).cast === 'state' || since === undefined || epoch !== at.epoch || since > version)
        post(line, { type: 'state', room, epoch: at.epoch, version, ...rules, state: at.latest.state, id });
      else {
        const events = at.log.filter(({ seq, refused }) => seq > since && refused === undefined).map(publicEvent);
        for (const part of eventsMessages({ room, epoch, since, to: version, ...rules, recovered: true, id, events }))
          post(line, part);
      }
    } else {
      const by = user === undefined ? line.id : `~${user}`;
      append(line, room, {
        id,
        type: action,
        data,
        by,
        connection: line.id,
        at: clock.now(),
        ack: true,
        ...(retry && { retry }),
      });
    }
  };

  const end = (line: Line): void => {
    lines.delete(line);
    line.socket.readyState = 3;
  };

  return {
    /** For a client's option `socket`. */
    socket: (): Socket => {
      let free = 0;
      // In order, whatever each takes.
      const delay = () => {
        free = Math.max(free, clock.now() + 1 + Math.floor(chance() * 80));
        return free - clock.now();
      };
      const own: Socket & { readyState: number } = {
        readyState: 0,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (text) => {
          clock.after(delay(), () => {
            if (!line.dead && lines.has(line)) handle(line, text);
          });
        },
        close: () => end(line),
      };
      const line: Line = { id: `c${++count}=`, rooms: new Set(), socket: own, delay, dead: false };
      clock.after(delay(), () => {
        if (!isUp) {
          own.readyState = 3;
          own.onclose?.({});
          return;
        }
        lines.add(line);
        own.readyState = 1;
        own.onopen?.();
      });
      return own;
    },
    /** Cuts the lines of which `which` is true: both sides are told. */
    cut: (which: (place: number) => boolean = () => true): void => {
      for (const line of [...lines].filter((_, place) => which(place))) {
        end(line);
        line.socket.onclose?.({ code: 1006 });
      }
    },
    /** Nothing goes through any more, and nobody is told. */
    silence: (which: (place: number) => boolean = () => true): void => {
      for (const line of [...lines].filter((_, place) => which(place))) line.dead = true;
    },
    /** Whether new connections are answered. */
    answer: (whether: boolean): void => {
      isUp = whether;
    },
    /** Rooms begin again, or go back to an earlier version: another history. */
    restore: (room: string, version = 0): void => {
      const at = roomOf(room);
      at.log = at.log.filter(({ seq }) => seq <= version);
      const kind = kindOf(room);
      const state = refold(kind, kind.initial, at.log);
      at.latest = { ...beginning(kind), version: at.log.length, state, counted: at.log.length };
      at.epoch = at.log.length > 0 ? `e${++epochs}` : '';
    },
    /** A deployment of other rules: rooms are folded afresh by them. */
    deploy: (next: readonly AnyKind[]): void => {
      kinds = next;
      for (const [room, at] of rooms)
        at.latest = { ...at.latest, state: refold(kindOf(room), kindOf(room).initial, at.log) };
    },
    lines: () => lines.size,
    room: (name: string) => roomOf(name),
    counted: (name: string) => roomOf(name).log.filter(({ refused }) => refused === undefined),
  };
};
