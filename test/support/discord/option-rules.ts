import { z } from "zod";
import { lengthOf } from "./component-rules.ts";
import { invalidForm } from "./refusal.ts";

/** Source: interactions/application-commands#application-command-object-application-command-option-type. */
export const OPTION = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  number: 10,
} as const;

/** Source: interactions/application-commands#application-command-object-application-command-naming. */
export const slashName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const text = (most: number) =>
  z.string().refine((value) => value !== "" && lengthOf(value) <= most, `Must be 1 to ${most} in length`);
export const localizedNames = z.record(z.string(), text(32)).nullish();
export const localizedTexts = z.record(z.string(), text(100)).nullish();

const choice = z.looseObject({
  name: text(100),
  name_localizations: localizedTexts,
  value: z.union([z.string().refine((value) => lengthOf(value) <= 100), z.number()]),
});
export const option = z.looseObject({
  type: z.int().min(1).max(11),
  name: z.string().regex(slashName),
  description: text(100),
  name_localizations: localizedNames,
  description_localizations: localizedTexts,
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
  choices: z.array(choice).max(25).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.int().min(0).max(6000).optional(),
  max_length: z.int().min(1).max(6000).optional(),
  channel_types: z.array(z.int().min(0).max(16)).optional(),
  get options() {
    return z.array(option).max(25).optional();
  },
});
export type Option = z.infer<typeof option>;

type Path = readonly (string | number)[];

/** Which types a field goes with. Source: …#application-command-object-application-command-option-structure. */
const numbers: readonly number[] = [OPTION.integer, OPTION.number];
const free: readonly number[] = [OPTION.string, ...numbers];
const containers: readonly number[] = [OPTION.subcommand, OPTION.group];
const FIELDS: readonly (readonly [keyof Option, readonly number[]])[] = [
  ["choices", free],
  ["autocomplete", free],
  ["min_value", numbers],
  ["max_value", numbers],
  ["min_length", [OPTION.string]],
  ["max_length", [OPTION.string]],
  ["channel_types", [OPTION.channel]],
  ["options", containers],
  ["required", [3, 4, 5, 6, 7, 8, 9, 10, 11]],
];

/** Checks the options of a command (`inside` null), a subcommand or a group. @throws Refusal 50035 */
export function checkOptions(options: readonly Option[], path: Path, inside: number | null = null): void {
  const names = new Set<string>();
  options.forEach((one, index) => {
    const here = [...path, index];
    if (one.name !== one.name.toLowerCase() || names.has(one.name)) {
      const code = "APPLICATION_COMMAND_OPTIONS_NAME_INVALID";
      throw invalidForm([...here, "name"], code, "Not lower case, or used twice");
    }
    names.add(one.name);
    if (one.required && options.slice(0, index).some((before) => !before.required)) {
      const code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID";
      throw invalidForm(here, code, "Required options come first");
    }
    checkNesting(one, here, inside);
    checkFields(one, here);
    checkOptions(one.options ?? [], [...here, "options"], one.type);
  });
  if (new Set(options.map((one) => containers.includes(one.type))).size > 1) {
    const code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID";
    throw invalidForm(path, code, "Sub-commands and groups are mutually exclusive to all other types");
  }
}

function checkNesting(one: Option, path: Path, inside: number | null): void {
  const isAllowed =
    inside === null ||
    (inside === OPTION.group ? one.type === OPTION.subcommand : !containers.includes(one.type));
  const isEmptyGroup = one.type === OPTION.group && (one.options ?? []).length === 0;
  if (!isAllowed || isEmptyGroup)
    throw invalidForm([...path, "type"], "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Not nested so");
}

function checkFields(one: Option, path: Path): void {
  for (const [field, types] of FIELDS) {
    if (one[field] !== undefined && !types.includes(one.type))
      throw invalidForm([...path, field], "APPLICATION_COMMAND_OPTION", "Not for this type");
  }
  const { choices = [], min_value: min, max_value: max } = one;
  const wanted = one.type === OPTION.string ? "string" : "number";
  const isWhole = choices.every(({ value }) => one.type !== OPTION.integer || Number.isSafeInteger(value));
  if (!isWhole || choices.some(({ value }) => typeof value !== wanted))
    throw invalidForm([...path, "choices"], "APPLICATION_COMMAND_OPTION", "Values of another type");
  const values = choices.map(({ value }) => value);
  if (new Set(values).size < values.length || new Set(choices.map(({ name }) => name)).size < choices.length)
    throw invalidForm([...path, "choices"], "APPLICATION_COMMAND_OPTION", "A choice twice");
  if (choices.length > 0 && one.autocomplete)
    throw invalidForm([...path, "autocomplete"], "APPLICATION_COMMAND_OPTION", "Not beside choices");
  const isReal = [min, max].every((bound) => bound === undefined || Math.abs(bound) <= 2 ** 53);
  if (!isReal || (min !== undefined && max !== undefined && min > max))
    throw invalidForm([...path, "min_value"], "APPLICATION_COMMAND_OPTION", "No such range");
}

type Worded = Pick<
  Option,
  "name" | "description" | "name_localizations" | "description_localizations" | "options"
>;

/**
 * Characters of names, descriptions and values, of which a command may have 8000 in all; of translated words the
 * longest counts. Source: interactions/application-commands#slash-commands.
 */
export function weight(one: Worded): number {
  const inner = (one.options ?? []).reduce((sum, child) => {
    const choices = (child.choices ?? []).reduce(
      (all, each) => all + longest(each.name, each.name_localizations) + lengthOf(String(each.value)),
      0,
    );
    return sum + weight(child) + choices;
  }, 0);
  const { name, description, name_localizations: names, description_localizations: texts } = one;
  return longest(name, names) + longest(description, texts) + inner;
}

function longest(words: string, translated: Readonly<Record<string, string>> | null | undefined): number {
  return Math.max(lengthOf(words), ...Object.values(translated ?? {}).map(lengthOf));
}

/** Adds what Discord adds, and leaves out what Discord leaves out (a false `required`, empty lists). */
export function storedOption(one: Option): Option {
  const { required, options = [], choices = [], ...rest } = one;
  return {
    ...rest,
    name_localizations: one.name_localizations ?? null,
    description_localizations: one.description_localizations ?? null,
    ...(required ? { required } : {}),
    ...(choices.length > 0
      ? { choices: choices.map((each) => ({ name_localizations: null, ...each })) }
      : {}),
    ...(options.length > 0 ? { options: options.map(storedOption) } : {}),
  };
}
