import type { BlocklistKind, BlocklistResult } from "./blocklist.ts";
import type { Row } from "./report.ts";
import { ms, ratio } from "./units.ts";

/** Linear is 2, quadratic 4; what the garbage collector adds in between is allowed for. */
const MOST_FOR_TWICE = 2.5;
const MOST_PROMPT_MS = 50;

const count = (value: number) => value.toLocaleString("en-US");

export function blocklistRows({ kinds, prompt, regExp, normalize }: BlocklistResult): readonly Row[] {
  const naive = (
    { characters, ms: took }: { readonly characters: number; readonly ms: number },
    what: string,
  ) => `${ms(took)} for ${count(characters)} (${what})`;
  const bases: Readonly<Record<string, string>> = {
    "pattern bombs": naive(regExp, "RegExp"),
    "marks on one letter": naive(normalize, "normalize"),
  };
  const atWork = (what: string, value: number): Row => ({
    measure: `blocklist, ${count(prompt.entries)} ${what}, ${count(prompt.characters)} characters, median`,
    ours: ms(value),
    base: null,
    ratio: null,
    required: `< ${MOST_PROMPT_MS} ms`,
    met: value < MOST_PROMPT_MS,
  });
  return [
    atWork("words", prompt.wordsMs.median),
    atWork("patterns", prompt.patternsMs.median),
    ...kinds.map((kind) => kindRow(kind, bases[kind.kind] ?? null)),
  ];
}

function kindRow({ kind, times, doubling }: BlocklistKind, base: string | null): Row {
  const longest = times.at(-1);
  return {
    measure: `blocklist, ${count(longest?.characters ?? 0)} characters: ${kind}`,
    ours: ms(longest?.cpuMs ?? Number.NaN),
    base,
    ratio: `${ratio(doubling)}× for twice the text`,
    required: `≤ ${MOST_FOR_TWICE}×`,
    met: doubling <= MOST_FOR_TWICE,
  };
}

export function describeBlocklist({ kinds, prompt }: BlocklistResult): readonly string[] {
  const lengths = kinds[0]?.times.map(({ characters }) => count(characters)) ?? [];
  return [
    `Blocklist: texts of ${lengths.join(", ")} characters; compiling ${count(prompt.entries)} words took ` +
      `${ms(prompt.compileMs)}.`,
  ];
}
