import { readEntry, sourceOf } from "./entry.ts";
import { findWords } from "./find-words.ts";
import { createPatternSearch, type PatternSearch } from "./patterns.ts";
import { bareText, type PlainText, plainText } from "./plain-text.ts";
import { type Element, type Hit, readText, type Span } from "./reading.ts";
import { growTree, type Step } from "./word-tree.ts";

export { type EntryKind, type EntryRead, MAX_ENTRY_LENGTH, readEntry } from "./entry.ts";

export interface Blocklist {
  /**
   * The first hit (by position) that no allowlist entry covers; null when there is none. Time and space are linear
   * in the text; never throws.
   */
  match(text: string): BlocklistHit | null;
}

export interface BlocklistHit {
  /** The canonical entry. */
  readonly entry: string;
  /** The piece of the original text that hit. For moderators only: it is part of a prompt. */
  readonly seen: string;
}

export interface BlocklistEntries {
  /** Canonical entries, as `readEntry` gave them. */
  readonly blocked: readonly string[];
  readonly allowed: readonly string[];
}

/** Hits of one pattern that are looked at in one text. More than that are no false hits any longer. */
const MOST_PATTERN_HITS = 100;

/**
 * Makes a matcher of two lists; the caller keeps it. `unusable` are the stored entries, of both lists, that cannot
 * be read (any more): the others still work, and the owner must be told.
 */
export function compileBlocklist({ blocked, allowed }: BlocklistEntries): {
  readonly blocklist: Blocklist;
  readonly unusable: readonly string[];
} {
  const stop = compileList(blocked);
  const allow = compileList(allowed);
  return {
    unusable: [...stop.unusable, ...allow.unusable],
    blocklist: { match: (text) => match(text, stop, allow) },
  };
}

interface CompiledList {
  readonly tree: Step;
  /** Null: it has none, so a text need not be made ready for them. */
  readonly findPatterns: PatternSearch | null;
  readonly unusable: readonly string[];
}

function compileList(entries: readonly string[]): CompiledList {
  const words: string[] = [];
  const patterns = new Map<string, string>();
  const unusable: string[] = [];
  for (const entry of entries) {
    const read = readEntry(entry);
    if (!read.ok) unusable.push(entry);
    else if (read.kind === "pattern") patterns.set(read.canonical, sourceOf(read.canonical));
    else words.push(read.canonical);
  }
  return {
    tree: growTree(words),
    findPatterns: patterns.size === 0 ? null : createPatternSearch(patterns),
    unusable,
  };
}

function match(text: string, stop: CompiledList, allow: CompiledList): BlocklistHit | null {
  const elements = readText(text);
  const verdict = new Verdict(() => coverOf(allowedSpans(text, elements, allow)));
  findWords(elements, stop.tree, "folded", (hit) => verdict.consider(hit));
  if (stop.findPatterns !== null) {
    for (const form of formsOf(text, elements)) {
      const limit = createLimit();
      stop.findPatterns(form, (hit) => {
        if (limit.isReached(hit.entry)) verdict.hold(hit);
        else if (!verdict.consider(hit)) return "more";
        return "enough";
      });
    }
  }
  const { first } = verdict;
  return first === null ? null : { entry: first.entry, seen: text.slice(first.from, first.to) };
}

/** What patterns are looked for in: the text as it is written, then without its accents and look-alikes. */
function formsOf(text: string, elements: readonly Element[]): readonly PlainText[] {
  const plain = plainText(text);
  const bare = bareText(text, elements);
  return plain.text === bare.text ? [plain] : [plain, bare];
}

type Covers = (span: Span) => boolean;

/** Keeps the first hit that is not allowed. */
class Verdict {
  first: Hit | null = null;
  readonly #findCover: () => Covers;
  /** What is allowed is found out at the first hit: most texts have none. */
  #covers: Covers | null = null;

  constructor(findCover: () => Covers) {
    this.#findCover = findCover;
  }

  /** Whether the hit, or one before it, stands. */
  consider(hit: Hit): boolean {
    if (this.first !== null && this.first.from <= hit.from) return true;
    this.#covers ??= this.#findCover();
    if (this.#covers(hit)) return false;
    this.hold(hit);
    return true;
  }

  hold(hit: Hit): void {
    if (this.first === null || hit.from < this.first.from) this.first = hit;
  }
}

/** Counts the hits of a pattern, which come one pattern after the other. */
function createLimit(): { isReached(entry: string): boolean } {
  let current = "";
  let count = 0;
  return {
    isReached(entry) {
      count = entry === current ? count + 1 : 1;
      current = entry;
      return count > MOST_PATTERN_HITS;
    },
  };
}

/** Where the allowlist is in the text, as it is written: a disguise is not allowed. */
function allowedSpans(text: string, elements: readonly Element[], allow: CompiledList): readonly Span[] {
  const spans: Span[] = [];
  findWords(elements, allow.tree, "exact", (hit) => spans.push(hit));
  const limit = createLimit();
  allow.findPatterns?.(plainText(text), (hit) => {
    spans.push(hit);
    return limit.isReached(hit.entry) ? "enough" : "more";
  });
  return spans;
}

/** Whether one of the spans reaches from the beginning of another, or before it, to its end or behind it. */
function coverOf(spans: readonly Span[]): Covers {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  let furthest = 0;
  const reach = sorted.map(({ to }) => {
    furthest = Math.max(furthest, to);
    return furthest;
  });
  return ({ from, to }) => {
    // How many begin there or before: found by halving.
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle]?.from ?? 0) <= from) low = middle + 1;
      else high = middle;
    }
    return (reach[low - 1] ?? 0) >= to;
  };
}
