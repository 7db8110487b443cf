/** Numbers from 0 up to 1; the same seed gives the same ones in the same order (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** True in about `probability` of the calls. */
export const seededChance = (seed: number): ((probability: number) => boolean) => {
  const random = seededRandom(seed);
  return (probability) => random() < probability;
};
