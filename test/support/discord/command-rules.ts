import { z } from "zod";
import { lengthOf } from "./component-rules.ts";
import { invalidForm } from "./refusal.ts";

/** Source: interactions/application-commands#application-command-object-application-command-naming. */
const slashName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const localizations = z.record(z.string(), z.string()).nullish();

const choice = z.looseObject({
  name: z.string().min(1).max(100),
  value: z.union([z.string().max(100), z.number()]),
});
const option = z.looseObject({
  type: z.int().min(1).max(11),
  name: z.string().regex(slashName),
  description: z.string().min(1).max(100),
  name_localizations: localizations,
  description_localizations: localizations,
  required: z.boolean().optional(),
  choices: z.array(choice).max(25).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.int().min(0).max(6000).optional(),
  max_length: z.int().min(1).max(6000).optional(),
  get options() {
    return z.array(option).max(25).optional();
  },
});
type Option = z.infer<typeof option>;

const command = z.looseObject({
  type: z.int().min(1).max(4).default(1),
  name: z.string().min(1).max(32),
  name_localizations: localizations,
  description: z.string().max(100).default(""),
  description_localizations: localizations,
  options: z.array(option).max(25).optional(),
  contexts: z.array(z.int().min(0).max(2)).nullish(),
  integration_types: z.array(z.int().min(0).max(1)).nullish(),
  nsfw: z.boolean().optional(),
  default_member_permissions: z.string().nullish(),
});
type Command = z.infer<typeof command>;

/** Checks a bulk overwrite and returns what Discord would store. @throws Refusal 50035 */
export function checkCommands(
  list: readonly unknown[],
  scope: { readonly guildId: string | null; readonly applicationId: string; nextId(): string },
): readonly Record<string, unknown>[] {
  const checked = list.map((one, index) => {
    const parsed = command.safeParse(one);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw invalidForm(
        [index, ...(issue?.path ?? []).map(String)],
        "BASE_TYPE",
        issue?.message ?? "invalid",
      );
    }
    checkCommand(parsed.data, index, scope.guildId);
    return parsed.data;
  });
  const names = checked.map((one) => `${one.type}:${one.name}`);
  if (new Set(names).size !== names.length) {
    throw invalidForm([], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
  }
  if (checked.filter((one) => one.type === 1).length > 100)
    throw invalidForm([], "BASE_TYPE_MAX_LENGTH", "At most 100");
  return checked.map((one) => stored(one, scope));
}

function checkCommand(one: Command, index: number, guildId: string | null): void {
  if (one.type === 1) {
    if (!slashName.test(one.name) || one.name !== one.name.toLowerCase()) {
      throw invalidForm([index, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    if (one.description === "")
      throw invalidForm([index, "description"], "BASE_TYPE_REQUIRED", "This field is required");
  } else if (one.description !== "" || one.options) {
    throw invalidForm(
      [index, "description"],
      "APPLICATION_COMMAND_TYPE",
      "Context menu commands have no description",
    );
  }
  if (guildId !== null && (one.contexts || one.integration_types)) {
    throw invalidForm([index, "contexts"], "APPLICATION_COMMAND_CONTEXTS", "Only for global commands");
  }
  if (one.contexts?.includes(2) && !(one.integration_types ?? [0]).includes(1)) {
    throw invalidForm(
      [index, "contexts"],
      "APPLICATION_COMMAND_CONTEXTS",
      "PRIVATE_CHANNEL needs USER_INSTALL",
    );
  }
  checkOptions(one.options ?? [], [index, "options"]);
  if (weight(one) > 8000)
    throw invalidForm([index], "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
}

function checkOptions(options: readonly Option[], path: readonly (string | number)[]): void {
  let optional = false;
  const names = new Set<string>();
  options.forEach((one, index) => {
    if (one.name !== one.name.toLowerCase() || names.has(one.name)) {
      throw invalidForm(
        [...path, index, "name"],
        "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
        "Not lower case, or used twice",
      );
    }
    names.add(one.name);
    if (one.required && optional) {
      throw invalidForm(
        [...path, index],
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        "Required options come first",
      );
    }
    optional ||= !one.required;
    if (one.type !== 3 && one.max_length !== undefined) {
      throw invalidForm([...path, index, "max_length"], "APPLICATION_COMMAND_OPTION", "Strings only");
    }
    checkOptions(one.options ?? [], [...path, index, "options"]);
  });
}

function weight(one: { name: string; description: string; options?: readonly Option[] | undefined }): number {
  const inner = (one.options ?? []).reduce((sum, child) => {
    const choices = (child.choices ?? []).reduce(
      (all, each) => all + lengthOf(each.name) + String(each.value).length,
      0,
    );
    return sum + weight(child) + choices;
  }, 0);
  return lengthOf(one.name) + lengthOf(one.description) + inner;
}

/** Adds what Discord adds, and leaves out what Discord leaves out (a false `required`). */
function stored(
  one: Command,
  scope: { readonly guildId: string | null; readonly applicationId: string; nextId(): string },
): Record<string, unknown> {
  return {
    id: scope.nextId(),
    application_id: scope.applicationId,
    version: scope.nextId(),
    default_member_permissions: one.default_member_permissions ?? null,
    type: one.type,
    name: one.name,
    name_localizations: one.name_localizations ?? null,
    description: one.description,
    description_localizations: one.description_localizations ?? null,
    nsfw: one.nsfw ?? false,
    ...(scope.guildId === null
      ? {
          contexts: one.contexts ?? null,
          integration_types: one.integration_types ?? [0],
          dm_permission: true,
        }
      : { guild_id: scope.guildId }),
    ...(one.options && one.options.length > 0 ? { options: one.options.map(storedOption) } : {}),
  };
}

function storedOption(one: Option): Record<string, unknown> {
  const { required, options, choices, ...rest } = one;
  return {
    ...rest,
    name_localizations: one.name_localizations ?? null,
    description_localizations: one.description_localizations ?? null,
    ...(required ? { required } : {}),
    ...(choices && choices.length > 0
      ? { choices: choices.map((each) => ({ name_localizations: null, ...each })) }
      : {}),
    ...(options && options.length > 0 ? { options: options.map(storedOption) } : {}),
  };
}
