/** What a room may be called within its kind. */
const id = /^[A-Za-z0-9_-]{1,64}$/;

/** The name of a room: `<kind>/<id>`, such as `counter/global-counter`. */
export const roomName = (kind: string, roomId: string): string => `${kind}/${roomId}`;

/** The parts of a room's name; `undefined` for what is no such name. */
export const parseRoom = (room: string): { readonly kind: string; readonly id: string } | undefined => {
  const [kind, roomId, ...rest] = room.split('/');
  return kind && roomId && rest.length === 0 && id.test(roomId) ? { kind, id: roomId } : undefined;
};
