import { z } from "zod";
import {
  checkOptions,
  localizedNames,
  localizedTexts,
  type Option,
  option,
  slashName,
  storedOption,
  weight,
} from "./option-rules.ts";
import { invalidForm } from "./refusal.ts";

const command = z.looseObject({
  type: z.int().min(1).max(4).default(1),
  name: z.string().min(1).max(32),
  name_localizations: localizedNames,
  description: z.string().max(100).default(""),
  description_localizations: localizedTexts,
  options: z.array(option).max(25).optional(),
  contexts: z.array(z.int().min(0).max(2)).min(1).nullish(),
  integration_types: z.array(z.int().min(0).max(1)).min(1).nullish(),
  nsfw: z.boolean().optional(),
  default_member_permissions: z
    .string()
    .regex(/^\d{1,19}$/)
    .nullish(),
});
type Command = z.infer<typeof command>;

/** A command as Discord gives it back. */
export interface StoredCommand {
  readonly [key: string]: unknown;
  readonly type: number;
  readonly name: string;
  readonly nsfw: boolean;
  readonly default_member_permissions: string | null;
  readonly contexts?: readonly number[] | null;
  readonly integration_types?: readonly number[];
  readonly options?: readonly Option[];
}

/** Checks a bulk overwrite and returns what Discord would store. @throws Refusal 50035 */
export function checkCommands(
  list: readonly unknown[],
  scope: { readonly guildId: string | null; readonly applicationId: string; nextId(): string },
): readonly StoredCommand[] {
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
  for (const [type, most] of [
    [1, 100],
    [2, 15],
    [3, 15],
  ]) {
    if (checked.filter((one) => one.type === type).length > Number(most))
      throw invalidForm([], "BASE_TYPE_MAX_LENGTH", `At most ${most}`);
  }
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

/** Adds what Discord adds, and leaves out what Discord leaves out (a false `required`). */
function stored(
  one: Command,
  scope: { readonly guildId: string | null; readonly applicationId: string; nextId(): string },
): StoredCommand {
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
          dm_permission: one.contexts?.includes(1) ?? true,
        }
      : { guild_id: scope.guildId }),
    ...(one.options && one.options.length > 0 ? { options: one.options.map(storedOption) } : {}),
  };
}
