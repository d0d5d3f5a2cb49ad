/** Numbers that look random and are the same for the same key, on every machine. */
export interface Random {
  /** 0 (included) to 1 (excluded). */
  next(): number;
  between(low: number, high: number): number;
  /** A whole number, both ends included. */
  whole(low: number, high: number): number;
  /** True with this chance, 0 to 1. */
  chance(share: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** An independent stream: what one part of a picture draws does not move the others. */
  fork(name: string): Random;
}

export function createRandom(key: string): Random {
  const root = hash(key);
  let state = root;
  // mulberry32: small, quick, and good enough for pictures.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: (share) => next() < share,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    fork: (name) => createRandom(`${root}/${name}`),
  };
}

/** FNV-1a with a final mix, 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Smooth noise over one dimension, -1 to 1: the line of hills. `octaves` adds finer and finer detail. */
export function createNoise(random: Random, octaves: number, roughness = 0.5): (x: number) => number {
  const tables = Array.from({ length: octaves }, () =>
    Array.from({ length: 256 }, () => random.between(-1, 1)),
  );
  const total = tables.reduce((sum, _table, octave) => sum + roughness ** octave, 0);
  return (x) => {
    let sum = 0;
    tables.forEach((table, octave) => {
      const at = x * 2 ** octave + 1000;
      const left = Math.floor(at);
      const share = at - left;
      const eased = share * share * (3 - 2 * share);
      const a = table[left & 255] ?? 0;
      const b = table[(left + 1) & 255] ?? 0;
      sum += (a + (b - a) * eased) * roughness ** octave;
    });
    return sum / total;
  };
}
