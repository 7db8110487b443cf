/**
 * For a module that is started with `fork`: tells the parent, if it is still there. A child whose parent has gone ends too; it
 * is not kept alive only to wait for that.
 */
export const tellParent = <T>(): ((message: T) => void) => {
  process.once('disconnect', () => process.exit());
  process.channel?.unref();
  return (message) => {
    if (process.connected) process.send?.(message);
  };
};
