import type { WireCommand, WireCommandOption } from "./wire.ts";

/** One thing that may be put in place of what is being typed. */
export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** What replaces the text from `from` to `to`. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  /** Width to height, for a ratio. */
  readonly ratio: string | null;
}

/** One option of the command being typed. */
export interface Pill {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly state: "active" | "filled" | "empty";
}

export interface Completion {
  readonly suggestions: readonly Suggestion[];
  /** Whether the first suggestion is taken by Enter, or only by Tab, because Enter may well mean "send". */
  readonly enterTakes: "first" | "nothing";
  /** The command being typed; null for plain talk. */
  readonly command: WireCommand | null;
  readonly pills: readonly Pill[];
}

const NOTHING: Completion = { suggestions: [], enterTakes: "nothing", command: null, pills: [] };

/** What to offer for a text with the caret in it. Pure. */
export function complete(text: string, caret: number, commands: readonly WireCommand[]): Completion {
  const typedName = /^\/(\S*)$/.exec(text.slice(0, caret))?.[1];
  if (typedName !== undefined) {
    const end = /^\/\S*\s?/.exec(text)?.[0].length ?? caret;
    const suggestions = commands
      .filter((command) => command.name.startsWith(typedName.toLowerCase()))
      .map((command) => ({
        label: `/${command.name}`,
        detail: command.description,
        insert: `/${command.name} `,
        from: 0,
        to: end,
        ratio: null,
      }));
    // A command that takes nothing more is sent by Enter as soon as it is spelled out.
    const isWhole = commands.some(({ name, options }) => name === typedName && options.length === 0);
    return { ...NOTHING, suggestions, enterTakes: isWhole ? "nothing" : "first" };
  }

  const name = /^\/(\S+)\s/.exec(text)?.[1]?.toLowerCase();
  const command = commands.find((known) => known.name === name);
  if (command === undefined) return NOTHING;
  const word = wordAt(text, caret);
  const typed = /^(--|—)?([a-z]+)(?:[:=](.*))?$/is.exec(word.text);
  const option = command.options.find((known) => known.name === typed?.[2]?.toLowerCase());
  const isValue = option !== undefined && typed?.[3] !== undefined;
  const pills = pillsOf(command, text, isValue ? option.name : null);

  if (isValue && option.choices.length > 0) {
    const value = (typed?.[3] ?? "").toLowerCase();
    const from = word.from + word.text.length - value.length;
    const exact = option.choices.some((choice) => choice.value === value);
    const suggestions = exact ? [] : choicesFor(option, value, from, word.from + word.text.length);
    return { suggestions, enterTakes: "first", command, pills };
  }
  return { suggestions: optionsFor(command, pills, word), enterTakes: "nothing", command, pills };
}

function choicesFor(option: WireCommandOption, typed: string, from: number, to: number): Suggestion[] {
  return option.choices
    .map(({ value, label }) => ({
      label: value,
      detail: label.replace(value, "").replace(/^[\s·(-]+|[\s)]+$/g, ""),
      insert: `${value} `,
      from,
      to,
      ratio: /^\d+:\d+$/.test(value) ? value : null,
    }))
    .filter(({ label, detail }) => label.startsWith(typed) || detail.toLowerCase().includes(typed));
}

/** Names of options that begin with the word: at two letters, so that "a fox" does not open a list at its "a". */
function optionsFor(
  command: WireCommand,
  pills: readonly Pill[],
  word: ReturnType<typeof wordAt>,
): Suggestion[] {
  const typed = word.text.replace(/^(--|—)/, "").toLowerCase();
  const dashed = typed !== word.text.toLowerCase();
  if (word.isFirst || (typed.length < 2 && !dashed)) return [];
  return command.options
    .filter((option) => option.name.startsWith(typed))
    .filter((option) => pills.some((pill) => pill.name === option.name && pill.state === "empty"))
    .map((option) => ({
      label: `${option.name}:`,
      detail: option.description,
      insert: `${option.name}:`,
      from: word.from,
      to: word.from + word.text.length,
      ratio: null,
    }));
}

function pillsOf(command: WireCommand, text: string, active: string | null): readonly Pill[] {
  const rest = text.replace(/^\/\S+\s+/, "");
  const free = command.options.find((option) => option.required)?.name;
  const isGiven = (name: string) => new RegExp(`(?:^|\\s)(?:${name}[:=]|(?:--|—)${name}\\b)`, "i").test(rest);
  const pills = command.options.map(({ name, description, example }): Pill => {
    const given = isGiven(name) || (name === free && /^(?!\w+[:=]|--|—)\S/.test(rest));
    const state = name === active ? "active" : given ? "filled" : "empty";
    return { name, description, example, state };
  });
  // With nothing named at the caret, what is typed belongs to the option that needs no name.
  return active === null && pills.every((pill) => pill.name !== free || pill.state === "empty")
    ? pills.map((pill) => (pill.name === free ? { ...pill, state: "active" } : pill))
    : pills;
}

/** The run of non-blanks that ends at the caret. */
function wordAt(text: string, caret: number) {
  const before = /\S*$/.exec(text.slice(0, caret))?.[0] ?? "";
  const from = caret - before.length;
  return { text: before, from, isFirst: /^\/\S+\s+$/.test(text.slice(0, from)) && !before.startsWith("--") };
}
