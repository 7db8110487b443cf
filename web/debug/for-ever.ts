/** Does a task again and again, one at a time. `pause`: between two of them, by how long the last one took, in milliseconds. */
export const forEver = async (task: () => Promise<unknown>, pause: (took: number) => number): Promise<never> => {
  for (;;) {
    const began = performance.now();
    await task();
    await new Promise((resolve) => setTimeout(resolve, pause(performance.now() - began)));
  }
};
