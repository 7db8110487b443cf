/** The page on which somebody takes part in a room, relative to the debugger; `undefined` where there is none. */
export const pageOf = (room: string): string | undefined => {
  const [kind, id = ''] = room.split('/');
  if (room === 'counter/global-counter') return './counter';
  if (room === 'files/uploads') return './files';
  return kind === 'chat' || kind === 'game' ? `./${kind}#${encodeURIComponent(id)}` : undefined;
};
