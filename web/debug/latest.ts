/**
 * Runs a slow task, once at a time. Of the requests that come while it runs only the last is kept, and runs next. So a slider
 * that is dragged asks no faster than it is answered, and ends where it was let go.
 */
export const latest = <Wish>(task: (wish: Wish, isNewest: () => boolean) => Promise<void>): ((wish: Wish) => void) => {
  let next: { readonly wish: Wish } | undefined;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    try {
      while (next) {
        const { wish } = next;
        next = undefined;
        await task(wish, () => next === undefined);
      }
    } finally {
      running = false;
    }
  };
  return (wish) => {
    next = { wish };
    if (!running) void run();
  };
};
