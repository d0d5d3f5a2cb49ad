import type { CommandAction, CommandDefinition, CommandOption } from "../src/core/command.ts";
import type { CommandInput } from "../src/core/events.ts";
import { repeated } from "./views.ts";

/** What was chosen of a command with actions: values as text, by the option's name, none of them blank. */
export type Chosen =
  | { readonly type: "chosen"; readonly action: string; readonly values: ReadonlyMap<string, string> }
  /** A sentence, and a command that would work. */
  | { readonly type: "problem"; readonly sentence: string; readonly example: string };

/** Longest text that is read, in characters: a prompt of the longest kind with room for options. */
const MAX_TEXT = 4096;

/**
 * Reads typed options, or a text: the first word is the action, `name:value` or `name:"two words"` an option.
 * Words without a name fill the required options in order, one word each; what is left goes to the action's `rest`,
 * or to its only option.
 * Nothing at all chooses `fallback`. Never throws.
 */
export function readAction(
  { name, actions }: Pick<CommandDefinition, "name" | "actions">,
  input: CommandInput,
  fallback: string,
): Chosen {
  if (input.type === "options") {
    const values = Object.entries(input.options).map(([key, value]) => [key, String(value).trim()] as const);
    return chosen(
      name,
      actions,
      input.action ?? fallback,
      new Map(values.filter(([, value]) => value !== "")),
    );
  }
  if (input.text.length > MAX_TEXT)
    return problem("That is too long for me to read.", `/${name} ${fallback}`);
  const [, first = "", rest = ""] = /^\s*(?:action[:=]\s*)?(\S*)\s*([\s\S]*)$/iu.exec(input.text) ?? [];
  const word = first.toLowerCase();
  const action = actions.find((one) => one.name === (word === "" ? fallback : word));
  if (action === undefined) return unknown(name, actions, first);
  const values = readWords(action, rest);
  return typeof values === "string"
    ? problem(values, `/${name} ${exampleOf(action)}`)
    : chosen(name, actions, action.name, values);
}

function chosen(
  name: string,
  actions: readonly CommandAction[],
  wanted: string,
  values: ReadonlyMap<string, string>,
): Chosen {
  const action = actions.find((one) => one.name === wanted);
  if (action === undefined) return unknown(name, actions, wanted);
  const example = `/${name} ${exampleOf(action)}`;
  for (const option of action.options) {
    const value = values.get(option.name);
    if (value === undefined) {
      if (option.required) return problem(`${action.name} needs the option ${option.name}.`, example);
      continue;
    }
    const words = option.choices.map((choice) => choice.value);
    if (words.length > 0 && !words.includes(value.toLowerCase()))
      return problem(`${option.name} is one of ${words.join(", ")}, not ${repeated(value)}.`, example);
  }
  const stranger = [...values.keys()].find((key) => action.options.every((option) => option.name !== key));
  if (stranger !== undefined) return problem(`${action.name} has no option ${repeated(stranger)}.`, example);
  return { type: "chosen", action: action.name, values };
}

/** The values of an action's text, or the sentence that says what is wrong. */
function readWords({ options, rest }: CommandAction, text: string): ReadonlyMap<string, string> | string {
  const values = new Map<string, string>();
  const loose: string[] = [];
  // A value in quotes may hold blanks; a mention in angle brackets may hold a name with blanks.
  for (const [word] of text.matchAll(/(?:[^\s"“”<]+[:=])?(?:["“][^"“”]*["”]|<[^>]*>)|\S+/gu)) {
    const [, key = "", value = ""] = /^(?:--|—)?([a-z][a-z-]*)[:=]([\s\S]*)$/iu.exec(word) ?? [];
    const option = options.find((one) => one.name === key.toLowerCase());
    if (option === undefined) loose.push(word);
    else if (values.has(option.name)) return `The option ${option.name} is there twice: keep one of them.`;
    else values.set(option.name, worded(option, bare(value)));
  }
  for (const option of options) {
    if (!option.required || values.has(option.name) || option.name === rest) continue;
    const word = loose.shift();
    if (word !== undefined) values.set(option.name, worded(option, bare(word)));
  }
  const left = loose.map((word, _index, all) => (all.length === 1 ? bare(word) : word)).join(" ");
  const last =
    options.find((option) => option.name === rest) ?? (options.length === 1 ? options[0] : undefined);
  if (left !== "") {
    if (last === undefined || values.has(last.name))
      return `I do not know what to do with ${repeated(left)} here.`;
    values.set(last.name, worded(last, left));
  }
  return new Map([...values].filter(([, value]) => value.trim() !== ""));
}

const bare = (word: string): string => /^["“]([^"“”]*)["”]$/u.exec(word)?.[1] ?? word;

const PICKED: ReadonlySet<CommandOption["type"]> = new Set(["user", "role", "channel"]);

/** In words a mention is what people saw when they typed it; only where somebody or something is picked it is an id. */
function worded({ type }: CommandOption, typed: string): string {
  if (PICKED.has(type)) return typed;
  return typed.replace(/<([@#!])(?:subteam\^)?[^>|]*\|([^>]*)>/g, (_all, sign: string, label: string) =>
    label.startsWith("@") || label === "" ? label : `${sign === "#" ? "#" : "@"}${label}`,
  );
}

function unknown(name: string, actions: readonly CommandAction[], typed: string): Chosen {
  const known = actions.map((one) => one.name).join(", ");
  return problem(`I cannot do ${repeated(typed)} here, only ${known}.`, `/${name} ${exampleOf(actions[0])}`);
}

const problem = (sentence: string, example: string): Chosen => ({ type: "problem", sentence, example });

/** The action as it would be typed. */
export function exampleOf(action: CommandAction | undefined): string {
  if (action === undefined) return "";
  const words = action.options
    .filter((option) => option.required || option.name === action.rest)
    .map((option) => option.example);
  return [action.name, ...words].join(" ");
}

/** The id in a mention as platforms write it (`<@U1|ben>`, `<@!1>`, `<#C1>`, `<@&1>`, `<!subteam^S1|@x>`), or the bare name. */
export function mentioned(value: string): string {
  const inside = /^<(?:@&|@!|@|#|!subteam\^)([A-Za-z0-9]+)(?:\|[^>]*)?>$/.exec(value.trim())?.[1];
  return inside ?? value.trim().replace(/^[@#]/, "");
}
