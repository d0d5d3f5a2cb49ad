import { GAP_KINDS } from "./glyph.ts";
import {
  type Element,
  type Gap,
  type Hit,
  type Letter,
  ODD_ACCENT,
  type Piece,
  type Sign,
} from "./reading.ts";
import { hasShortWords } from "./scripts.ts";
import type { LetterRead } from "./shapes.ts";
import type { Step } from "./word-tree.ts";

/**
 * How a text is compared with the tree.
 * `folded`: as disguised as people write: look-alikes, letters pulled apart, drawn out, with or without accents.
 * `exact`: letter by letter, accents and all; only case, width and what stands between the parts may differ.
 */
export type Comparison = "folded" | "exact";

/** How the letters of this part stand so far: all alone; alone, with white space between; some together. */
const SPACINGS = ["alone", "apart", "together"] as const;
type Spacing = (typeof SPACINGS)[number];
/** What stood since the last letter, weakest first; `much`: more than can stand inside a word. */
const BETWEENS = ["nothing", ...GAP_KINDS, "much"] as const;
type Between = (typeof BETWEENS)[number];

/** A way to read the text up to here as the beginning of an entry. */
interface Way {
  readonly step: Step;
  /** How often the step's letter was there. */
  readonly times: number;
  readonly spacing: Spacing;
  readonly between: Between;
  /** The element it began with. */
  readonly first: number;
}

/** A letter drawn out is written at least this often: two of them may be another word (met, meet). */
const DRAWN_OUT = 3;
/** Visible characters that may stand between two letters of one word. */
const MOST_BETWEEN = 6;
/** More than any entry has of one letter in a row: entries have 200 characters at most, a `ß` counts twice. */
const MOST_TIMES = 1024;

/**
 * Finds every place at which an entry ends, in one pass: all ways to read the text are followed at once, and of two
 * that have come to the same point one goes on. So time is linear in the text for a given tree, whatever the text.
 */
export function findWords(
  elements: readonly Element[],
  root: Step,
  comparison: Comparison,
  onHit: (hit: Hit) => void,
): void {
  const digits = counter(elements, (element) => element.type === "letter" && element.isDigit);
  const others = counter(
    elements,
    (element) => element.type !== "gap" && !(element.type === "letter" && element.isDigit),
  );
  let ways: readonly Way[] = [];
  for (const [at, element] of elements.entries()) {
    const read = isRead(elements, at, comparison) ? readWays(elements, at, root, comparison, ways) : [];
    for (const { step, times, first, spacing } of read) {
      const { entry } = step;
      const begin = elements[first];
      if (entry === null || begin === undefined) continue;
      if (!fitsTimes(step, times, comparison) || !mayEnd(elements, at, step)) continue;
      if (!entry.isClear && isPartOfRow(begin, element)) continue;
      if (spacing === "apart" && isPairOfWords(begin, element)) continue;
      const digitsMeant = digits(first, at + 1) - entry.digits;
      if (areLettersMeant(digitsMeant, others(first, at + 1)))
        onHit({ entry: entry.canonical, from: begin.from, to: element.to });
    }
    ways = element.type === "letter" ? read : merge([...read, ...ways.map((way) => across(way, element))]);
  }
}

/** Whether an element may be a letter here: a sign may in a disguise, but a stroke between blanks divides. */
function isRead(elements: readonly Element[], at: number, comparison: Comparison): boolean {
  const element = elements[at];
  if (element?.type !== "sign") return element?.type === "letter";
  return comparison === "folded" && (element.reads.length === 1 || standing(elements, at) === "together");
}

function across({ step, times, spacing, between, first }: Way, { kind, width }: Gap | Sign): Way {
  const here = width > MOST_BETWEEN ? "much" : kind;
  const most = BETWEENS.indexOf(here) > BETWEENS.indexOf(between) ? here : between;
  return { step, times, spacing, between: most, first };
}

/** The ways that take this element for a letter: those that go on, and those that begin with it. */
function readWays(
  elements: readonly Element[],
  at: number,
  root: Step,
  comparison: Comparison,
  ways: readonly Way[],
): readonly Way[] {
  const element = elements[at];
  if (element === undefined || element.type === "gap") return [];
  const stands = standing(elements, at);
  const found: Way[] = [];
  for (const read of comparison === "exact" ? writtenOf(element) : element.reads) {
    for (const way of ways) {
      const { step, first } = way;
      const spacing = nextSpacing(way, stands, step, comparison);
      if (spacing !== null && isIn(step, read.letter, comparison) && fitsAccents(step, element, comparison))
        found.push(wayTo(step, way.times + read.times, spacing, first));
      if (!fitsTimes(step, way.times, comparison)) continue;
      for (const child of stepsFrom(step, read.letter, comparison)) {
        const after = child.opensPart ? stands : nextSpacing(way, stands, child, comparison);
        if (after !== null && fitsAccents(child, element, comparison))
          found.push(wayTo(child, read.times, after, first));
      }
    }
    for (const step of stepsFrom(root, read.letter, comparison)) {
      if (mayStart(elements, at, step) && fitsAccents(step, element, comparison))
        found.push(wayTo(step, read.times, stands, at));
    }
  }
  return merge(found);
}

function wayTo(step: Step, times: number, spacing: Spacing, first: number): Way {
  // Nothing asks for more of a letter than this.
  const most = Math.max(DRAWN_OUT, step.times + 1);
  return { step, times: Math.min(times, most), spacing, between: "nothing", first };
}

/** Ways that have come to the same point are one: the one that began first. */
function merge(ways: readonly Way[]): readonly Way[] {
  if (ways.length < 2) return ways;
  const byPoint = new Map<number, Way>();
  for (const way of ways) {
    const { step, times, spacing, between } = way;
    const state = SPACINGS.indexOf(spacing) * BETWEENS.length + BETWEENS.indexOf(between);
    const point = (step.id * MOST_TIMES + times) * SPACINGS.length * BETWEENS.length + state;
    const other = byPoint.get(point);
    if (other === undefined || other.first > way.first) byPoint.set(point, way);
  }
  return [...byPoint.values()];
}

/** How the part stands with one letter more; null: the letter is not part of it. */
function nextSpacing(way: Way, stands: Spacing, step: Step, comparison: Comparison): Spacing | null {
  const { spacing, between } = way;
  if (comparison === "exact" && between !== "nothing") return null;
  // 6/9 and 14.88 are other numbers than 69 and 1488.
  if (between === "much" || (step.isDigit && between !== "nothing" && between !== "edge")) return null;
  // Without spaces between words, punctuation is all there is between clauses: 红色，情人.
  const isBroken = between === "space" || (between === "clause" && step.isUnspaced);
  if (isBroken || spacing === "apart") return spacing !== "together" && stands === "alone" ? "apart" : null;
  return spacing === "alone" ? stands : "together";
}

function standing(elements: readonly Element[], at: number): Spacing {
  const element = elements[at];
  if (element?.type === "letter") return element.piece.isAlone ? "alone" : "together";
  const isAlone = [elements[at - 1], elements[at + 1]].every((beside) => (beside?.type ?? "gap") === "gap");
  return isAlone ? "alone" : "together";
}

function mayStart(elements: readonly Element[], at: number, step: Step): boolean {
  const element = elements[at];
  if (element?.type !== "letter") return elements[at - 1]?.type !== "letter";
  return element.starts || (step.isUnspaced && !element.inner);
}

function mayEnd(elements: readonly Element[], at: number, step: Step): boolean {
  const element = elements[at];
  const next = elements[at + 1];
  if (element?.type !== "letter") return next?.type !== "letter";
  return element.ends || (step.endsAnywhere && !(next?.type === "letter" && next.inner));
}

/**
 * Whether a word is only a part of single letters in a row: c-l-a-s-s. One letter more on either side may be a word of
 * its own (a c a t).
 */
function isPartOfRow(begin: Element, end: Element): boolean {
  const [first, last] = [pieceOf(begin), pieceOf(end)];
  if (first === last) return false;
  return (first?.before ?? 0) > 1 || (last?.behind ?? 0) > 1;
}

function isPairOfWords(begin: Element, end: Element): boolean {
  const [first, last] = [pieceOf(begin), pieceOf(end)];
  const isShort = begin.type === "letter" && hasShortWords(begin.group);
  return isShort && first !== null && last?.place === first.place + 1;
}

function pieceOf(element: Element): Piece | null {
  return element.type === "letter" ? element.piece : null;
}

function stepsFrom(step: Step, letter: string, comparison: Comparison): readonly Step[] {
  return (comparison === "exact" ? step.byWritten : step.byLook).get(letter) ?? [];
}

function isIn(step: Step, letter: string, comparison: Comparison): boolean {
  return comparison === "exact" ? step.written === letter : step.looks.includes(letter);
}

function writtenOf(element: Letter | Sign): readonly LetterRead[] {
  return element.type === "letter" ? [element.written] : [];
}

/** Whether the letter was there as often as the entry has it, or was drawn out. */
function fitsTimes(step: Step, times: number, comparison: Comparison): boolean {
  if (times === step.times) return true;
  return comparison === "folded" && !step.isDigit && times >= DRAWN_OUT && times > step.times;
}

/** An entry without accents means every accent. One with accents means them, more than them, or fewer. */
function fitsAccents(step: Step, element: Letter | Sign, comparison: Comparison): boolean {
  const accents = element.type === "letter" ? element.accents : 0;
  if (comparison === "exact") return accents === step.accents;
  const usual = accents & ~ODD_ACCENT;
  return (usual & step.accents) === step.accents || (usual & ~step.accents) === 0;
}

/** Tells how many of the elements of a range are of a kind. */
function counter(
  elements: readonly Element[],
  isCounted: (element: Element) => boolean,
): (from: number, to: number) => number {
  const before = new Uint32Array(elements.length + 1);
  for (const [at, element] of elements.entries())
    before[at + 1] = (before[at] ?? 0) + (isCounted(element) ? 1 : 0);
  return (from, to) => (before[to] ?? 0) - (before[from] ?? 0);
}

/** Whether digits among other characters are meant for letters: b4n4n4 and c4t, but neither 455 nor 455s. */
function areLettersMeant(digits: number, others: number): boolean {
  return digits <= 0 || others > 1 || (others === 1 && digits === 1);
}
