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

/** One option of what is being typed. */
export interface Pill {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly state: "active" | "filled" | "empty";
  /** What to add to the text to give it: its name, unless it takes the words without one. */
  readonly insert: string;
}

export interface Completion {
  readonly suggestions: readonly Suggestion[];
  /** Whether the first suggestion is taken by Enter, or only by Tab, because Enter may well mean "send". */
  readonly enterTakes: "first" | "nothing";
  /** The command being typed, with its action where one is chosen; null for plain talk. */
  readonly heading: { readonly name: string; readonly description: string } | null;
  readonly pills: readonly Pill[];
}

const NOTHING: Completion = { suggestions: [], enterTakes: "nothing", heading: null, pills: [] };

/** What to offer for a text with the caret in it. Pure. */
export function complete(text: string, caret: number, commands: readonly WireCommand[]): Completion {
  const [typedName] = /^\/\S*$/.exec(text.slice(0, caret)) ?? [];
  if (typedName !== undefined) return completeCommand(typedName.slice(1), text, commands);

  const [head = "", name = ""] = /^\/(\S+)\s+/.exec(text) ?? [];
  const command = commands.find((known) => known.name === name.toLowerCase());
  if (command === undefined) return NOTHING;
  const heading = { name: `/${command.name}`, description: command.description };
  if (command.actions.length === 0) {
    // A command's own words without a name all belong to the option that it needs.
    const rest = command.options.find((option) => option.required)?.name ?? null;
    return completeOptions({ options: command.options, rest }, heading, text, head.length, caret);
  }
  const [typedAction = ""] = /^\S*/.exec(text.slice(head.length)) ?? [];
  const afterAction = head.length + typedAction.length;
  if (caret <= afterAction) {
    const end = afterAction + (text[afterAction] === " " ? 1 : 0);
    return { ...completeAction(command, text.slice(head.length, caret), head.length, end), heading };
  }
  const action = command.actions.find((one) => one.name === typedAction.toLowerCase());
  if (action === undefined) return { ...NOTHING, heading };
  const chosen = { name: `${heading.name} ${action.name}`, description: action.description };
  const rest = action.rest ?? (action.options.length === 1 ? (action.options[0]?.name ?? null) : null);
  return completeOptions({ options: action.options, rest }, chosen, text, afterAction, caret);
}

function completeCommand(typed: string, text: string, commands: readonly WireCommand[]): Completion {
  const to = /^\/\S*\s?/.exec(text)?.[0].length ?? text.length;
  const suggestions = commands
    .filter((command) => command.name.startsWith(typed.toLowerCase()))
    .map(({ name, description }) => suggest(`/${name}`, description, `/${name} `, 0, to));
  // A command that takes nothing more is sent by Enter as soon as it is spelled out.
  const isWhole = commands.some(
    ({ name, options, actions }) => name === typed && options.length + actions.length === 0,
  );
  return { ...NOTHING, suggestions, enterTakes: isWhole ? "nothing" : "first" };
}

function completeAction({ actions }: WireCommand, typed: string, from: number, to: number): Completion {
  const word = typed.toLowerCase();
  const suggestions = actions
    .filter(({ name }) => name.startsWith(word))
    .map(({ name, description }) => suggest(name, description, `${name} `, from, to));
  const whole = actions.find(({ name }) => name === word);
  if (whole !== undefined && whole.options.length === 0) return NOTHING;
  // Nothing typed, or an action that may stand alone: Enter sends it.
  const isReady = word === "" || whole?.options.every((option) => !option.required) === true;
  return { ...NOTHING, suggestions, enterTakes: isReady ? "nothing" : "first" };
}

/** What may be written: named options, and words without a name. */
interface Syntax {
  readonly options: readonly WireCommandOption[];
  /** The option that takes every word without a name that no other needs. */
  readonly rest: string | null;
}

function completeOptions(
  syntax: Syntax,
  heading: NonNullable<Completion["heading"]>,
  text: string,
  start: number,
  caret: number,
): Completion {
  const word = wordAt(text, start, caret);
  const named = namedOption(syntax.options, word.text);
  const before = readWords(syntax, text.slice(start, word.from));
  const after = readWords(syntax, text.slice(start));
  // Where a word without a name goes at the caret: the first option still needed, then the rest.
  const loose = before.open[0] ?? syntax.options.find((option) => option.name === syntax.rest) ?? null;
  const isNeeded = before.open.length > 0;
  const expected = loose === null || before.given.has(loose.name) ? null : loose;
  const active = named?.option ?? (isNeeded || word.text === "" ? expected : null);
  const pills = syntax.options.map((option): Pill => {
    const { name, description, example } = option;
    const state = option === active ? "active" : after.given.has(name) ? "filled" : "empty";
    return { name, description, example, state, insert: option === loose ? "" : `${name}:` };
  });

  const at = named?.option ?? expected;
  const typed = named?.value ?? word.text;
  const choices = at === null ? [] : choicesFor(at, typed, word.to - typed.length, word.to);
  const completion = { heading, pills };
  if (choices.length > 0 && at !== null) {
    const isExact = at.choices.some(({ value }) => value === typed.toLowerCase());
    const isMeant = named !== null || typed !== "" || at.required;
    return {
      ...completion,
      suggestions: isExact ? [] : choices,
      enterTakes: isMeant ? "first" : "nothing",
    };
  }
  if (named !== null) return { ...completion, suggestions: [], enterTakes: "nothing" };
  const isFree = loose !== null && !(isNeeded && loose.choices.length > 0);
  const suggestions = namesFor(syntax.options, before, word, isFree);
  return { ...completion, suggestions, enterTakes: "nothing" };
}

/** The values of an option that fit what is typed: those that begin so, else those that tell of it. */
function choicesFor(option: WireCommandOption, typed: string, from: number, to: number): Suggestion[] {
  const wanted = typed.toLowerCase();
  const all = option.choices.map(({ value, label }) => {
    const detail = label.replace(value, "").replace(/^[\s·(-]+|[\s)]+$/g, "");
    const ratio = /^\d+:\d+$/.test(value) ? value : null;
    return { ...suggest(value, detail, `${value} `, from, to), ratio };
  });
  const begin = all.filter(({ label }) =>
    [label, label.replace(/^[@#]/, "")].some((form) => form.startsWith(wanted)),
  );
  return begin.length > 0 ? begin : all.filter(({ detail }) => detail.toLowerCase().includes(wanted));
}

/**
 * Names of options not given yet that begin with the word. Where free words may stand, at two letters and not as
 * the first of them, so that "a fox" does not open a list at its "a".
 */
function namesFor(
  options: readonly WireCommandOption[],
  { given, looseWords }: Reading,
  word: Word,
  isFree: boolean,
): Suggestion[] {
  const typed = word.text.replace(/^(--|—)/, "").toLowerCase();
  const isDashed = typed !== word.text.toLowerCase();
  if (isFree && !isDashed && (typed.length < 2 || looseWords + given.size === 0)) return [];
  return options
    .filter(({ name }) => name.startsWith(typed) && !given.has(name))
    .map(({ name, description }) => suggest(`${name}:`, description, `${name}:`, word.from, word.to));
}

/** What the words of a text give. */
interface Reading {
  readonly given: ReadonlySet<string>;
  /** Options that a word without a name goes to, in order: those needed and not given yet. */
  readonly open: readonly WireCommandOption[];
  /** Words without a name that went to the rest. */
  readonly looseWords: number;
}

function readWords({ options, rest }: Syntax, text: string): Reading {
  const given = new Set<string>();
  let loose = 0;
  let isDashedValue = false;
  for (const [word] of text.matchAll(/(?:[^\s"“”]+[:=])?["“][^"“”]*["”]?|\S+/gu)) {
    const named = namedOption(options, word) ?? dashedOption(options, word);
    if (named !== null) given.add(named.option.name);
    else if (!isDashedValue) loose += 1;
    isDashedValue = dashedOption(options, word) !== null;
  }
  const needed = options.filter(({ name, required }) => required && name !== rest && !given.has(name));
  for (const { name } of needed.slice(0, loose)) given.add(name);
  const looseWords = Math.max(loose - needed.length, 0);
  if (looseWords > 0 && rest !== null) given.add(rest);
  return { given, open: needed.slice(loose), looseWords };
}

/** The option in `name:value`, and the value as far as it is typed. */
function namedOption(options: readonly WireCommandOption[], word: string) {
  const [, name = "", value = ""] = /^(?:--|—)?([a-z][a-z-]*)[:=](.*)$/is.exec(word) ?? [];
  const option = options.find((known) => known.name === name.toLowerCase());
  return option === undefined ? null : { option, value };
}

/** The option in `--name`, whose value is the next word. */
function dashedOption(options: readonly WireCommandOption[], word: string) {
  const [, name = ""] = /^(?:--|—)([a-z][a-z-]*)$/i.exec(word) ?? [];
  const option = options.find((known) => known.name === name.toLowerCase());
  return option === undefined ? null : { option, value: "" };
}

interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The run of non-blanks that ends at the caret. */
function wordAt(text: string, start: number, caret: number): Word {
  const before = /\S*$/.exec(text.slice(start, caret))?.[0] ?? "";
  return { text: before, from: caret - before.length, to: caret };
}

function suggest(label: string, detail: string, insert: string, from: number, to: number): Suggestion {
  return { label, detail, insert, from, to, ratio: null };
}
