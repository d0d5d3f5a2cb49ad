import { type Letter, ODD_ACCENT, readText } from "./reading.ts";
import { isUnspaced, takesEndings } from "./scripts.ts";
import { letterReads } from "./shapes.ts";

/** A letter of an entry; doubled, it is still one. */
interface EntryLetter {
  /** The letter in its own script, and how often it stands in a row. */
  readonly written: string;
  readonly times: number;
  /** What a text may have in its place: the letter's looks in small and as a capital. */
  readonly looks: readonly string[];
  readonly isDigit: boolean;
  readonly accents: number;
  /** The first letter of a further part of the entry: anything may stand before it. */
  readonly opensPart: boolean;
  /** Of a script without spaces: an entry may begin and end with it inside other text. */
  readonly isUnspaced: boolean;
  /** An entry may end with it where the text goes on. */
  readonly endsAnywhere: boolean;
}

/** Words and phrases as a tree: entries that begin alike share their first steps. */
export interface Step extends EntryLetter {
  /** Counts up from 0 within the tree. */
  readonly id: number;
  readonly byLook: ReadonlyMap<string, readonly Step[]>;
  readonly byWritten: ReadonlyMap<string, readonly Step[]>;
  /** What ends here; null: nothing does. */
  readonly entry: TreeEntry | null;
}

export interface TreeEntry {
  readonly canonical: string;
  /** How many of its letters are digits. */
  readonly digits: number;
  /** Whether it is found anywhere in a row of single letters; a short word is only when it is the whole row. */
  readonly isClear: boolean;
}

interface GrowingStep extends Step {
  readonly byLook: Map<string, GrowingStep[]>;
  readonly byWritten: Map<string, GrowingStep[]>;
  entry: TreeEntry | null;
}

const CLEAR_LENGTH = 5;

const ROOT: EntryLetter = {
  ...{ written: "", times: 0, looks: [], isDigit: false, accents: 0 },
  ...{ opensPart: false, isUnspaced: false, endsAnywhere: false },
};

/** Builds the tree; its root is no letter. What has no letter ends nowhere. */
export function growTree(canonicals: Iterable<string>): Step {
  let count = 0;
  const grow = (letter: EntryLetter): GrowingStep => {
    count += 1;
    return { ...letter, id: count - 1, byLook: new Map(), byWritten: new Map(), entry: null };
  };
  const root = grow(ROOT);
  for (const canonical of canonicals) {
    const letters = entryLetters(canonical);
    let step = root;
    for (const letter of letters) {
      let next = step.byWritten.get(letter.written)?.find((other) => isSame(other, letter));
      if (next === undefined) {
        next = grow(letter);
        addTo(step.byWritten, letter.written, next);
        for (const look of letter.looks) addTo(step.byLook, look, next);
      }
      step = next;
    }
    if (step === root) continue;
    step.entry ??= {
      canonical,
      digits: lengthOf(letters.filter(({ isDigit }) => isDigit)),
      isClear:
        lengthOf(letters) >= CLEAR_LENGTH ||
        letters.some((letter) => letter.opensPart || letter.endsAnywhere),
    };
  }
  return root;
}

function lengthOf(letters: readonly EntryLetter[]): number {
  return letters.reduce((sum, { times }) => sum + times, 0);
}

function addTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function isSame(one: EntryLetter, other: EntryLetter): boolean {
  return one.times === other.times && one.accents === other.accents && one.opensPart === other.opensPart;
}

function entryLetters(canonical: string): readonly EntryLetter[] {
  const letters: EntryLetter[] = [];
  let opensPart = false;
  for (const element of readText(canonical)) {
    if (element.type !== "letter") {
      opensPart = letters.length > 0;
      continue;
    }
    const letter = entryLetter(element, opensPart);
    const before = letters.at(-1);
    const isDoubled = !opensPart && before?.written === letter.written && before.accents === letter.accents;
    if (isDoubled) letters.splice(-1, 1, { ...before, times: before.times + letter.times });
    else letters.push(letter);
    opensPart = false;
  }
  return letters;
}

function entryLetter(letter: Letter, opensPart: boolean): EntryLetter {
  const { written, group, isDigit, accents } = letter;
  const capital = written.letter.toUpperCase();
  const looks = [letter.reads, group === "alphabet" && !isDigit ? letterReads(capital) : []];
  return {
    written: written.letter,
    times: written.times,
    looks: [...new Set(looks.flatMap((reads) => reads[0]?.letter ?? []))],
    isDigit,
    accents: accents & ~ODD_ACCENT,
    opensPart,
    isUnspaced: isUnspaced(group) && !isDigit,
    endsAnywhere: (isUnspaced(group) || takesEndings(group)) && !isDigit,
  };
}
