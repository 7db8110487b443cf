/** Does a task again and again, one at a time. `pause` gives the time to wait before the next, from how long the last took; both in ms. */
export const forEver = async (task: () => Promise<unknown>, pause: (took: number) => number): Promise<never> => {
  for (;;) {
    const began = performance.now();
    await task();
    await new Promise((resolve) => setTimeout(resolve, pause(performance.now() - began)));
  }
};
