/** True in about `probability` of the calls; the same seed gives the same answers in the same order (mulberry32). */
export const seededChance = (seed: number): ((probability: number) => boolean) => {
  let state = seed >>> 0;
  return (probability) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 < probability;
  };
};
