/** A number of 32 bits for a text, the same everywhere and evenly spread. Source: FNV-1a, Fowler, Noll and Vo. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
};

/** The lane that a connection's deliveries go in, of so many that its room has. */
export const laneOf = (connection: string, lanes: number): number => hashOf(connection) % lanes;

/** Members whose deliveries make one group: small enough that several senders share a large room, large enough to be few. */
const membersPerLane = 100;

/** Lanes for what comes next, given the members that the last cast had: doubled until they do, never halved. */
export const lanesFor = (lanes: number, members: number): number => {
  let enough = lanes;
  while (members > membersPerLane * enough) enough *= 2;
  return enough;
};
