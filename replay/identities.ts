import type { LoggedEvent } from '../domain/event.ts';

/** A hash of 53 bits of an event's identity, never 0 (two lanes of multiply and xor, as in MurmurHash). */
const hashOf = ({ by, id }: Pick<LoggedEvent, 'by' | 'id'>): number => {
  let [high, low] = [0xdeadbeef ^ by.length, 0x41c6ce57];
  const mix = (text: string): void => {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      high = Math.imul(high ^ unit, 0x9e3779b1);
      low = Math.imul(low ^ unit, 0x5f356495);
    }
  };
  mix(by);
  mix(id);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return 0x100000000 * (0x1fffff & low) + (high >>> 0) || 1;
};

/**
 * Remembers which event first had an identity, for millions of events: 16 to 32 bytes each, however long the ids are. It keeps
 * hashes, and two identities may share one (one pair in 18,000 logs of a million events): the caller has to compare the events.
 */
export class Identities {
  private hashes = new Float64Array(1024);
  private firsts = new Float64Array(1024);
  private count = 0;

  /** The `seq` of an earlier event that most likely had this identity; else remembers this one. */
  add(event: Pick<LoggedEvent, 'by' | 'id' | 'seq'>): number | undefined {
    const hash = hashOf(event);
    const place = this.place(hash);
    if (this.hashes[place] === hash) return this.firsts[place];
    this.hashes[place] = hash;
    this.firsts[place] = event.seq;
    this.count += 1;
    if (this.count * 2 > this.hashes.length) this.grow();
    return undefined;
  }

  /** Where a hash is, or where it would go. */
  private place(hash: number): number {
    const mask = this.hashes.length - 1;
    let place = hash & mask;
    for (let found = this.hashes[place]; found !== 0 && found !== hash; found = this.hashes[place])
      place = (place + 1) & mask;
    return place;
  }

  private grow(): void {
    const { hashes, firsts } = this;
    this.hashes = new Float64Array(hashes.length * 2);
    this.firsts = new Float64Array(hashes.length * 2);
    for (const [index, hash] of hashes.entries()) {
      if (hash === 0) continue;
      const place = this.place(hash);
      this.hashes[place] = hash;
      this.firsts[place] = firsts[index] ?? 0;
    }
  }
}
