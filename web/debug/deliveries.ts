/** When the last few thousand events were delivered to this page. Earlier ones, and those before it was open, are not known. */
export interface Deliveries {
  add(from: number, to: number, at: number): void;
  /** In milliseconds since 1970. */
  of(version: number): number | undefined;
}

interface Delivered {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export const createDeliveries = (most = 20_000): Deliveries => {
  const all: Delivered[] = [];
  return {
    add: (from, to, at) => {
      all.push({ from, to, at });
      if (all.length > most) all.splice(0, all.length - most);
    },
    of: (version) => all.findLast(({ from, to }) => from <= version && version <= to)?.at,
  };
};
