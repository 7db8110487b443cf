/**
 * The smallest value that at least `share` (0 to 1) of all values do not exceed: the nearest-rank percentile, always one
 * that was measured. NaN where there are none.
 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};
