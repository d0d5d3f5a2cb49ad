import { z } from "zod";

/** What of a command is ours to compare: no ids, no versions, nothing that Discord made up. */
const translations = z.record(z.string(), z.string()).nullish();
const canonicalOption = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  name_localizations: translations,
  description_localizations: translations,
  required: z.boolean().default(false),
  choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).optional(),
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
  max_length: z.number().nullish(),
  channel_types: z.array(z.number()).optional(),
  get options() {
    return z.array(canonicalOption).optional();
  },
});
const canonicalCommand = z.object({
  type: z.number().default(1),
  name: z.string(),
  description: z.string().default(""),
  name_localizations: translations,
  description_localizations: translations,
  nsfw: z.boolean().default(false),
  default_member_permissions: z.string().nullish(),
  contexts: z.array(z.number()).nullish(),
  integration_types: z.array(z.number()).nullish(),
  options: z.array(canonicalOption).optional(),
});

/** Whether two lists of commands mean the same to Discord, whatever it added or left out. */
export function sameCommands(a: readonly unknown[], b: readonly unknown[], guildId: string | null): boolean {
  return canonical(a, guildId) === canonical(b, guildId);
}

function canonical(list: readonly unknown[], guildId: string | null): string {
  const read = list.map((one) => {
    const parsed = canonicalCommand.safeParse(one);
    if (!parsed.success) return JSON.stringify(one);
    const { contexts, integration_types, ...rest } = parsed.data;
    return JSON.stringify(blanked(guildId === null ? parsed.data : rest));
  });
  return read.sort().join("\n");
}

/** Null, absent, [] and {} all mean "nothing"; keys come in any order, and so do lists of numbers. */
function blanked(value: unknown): unknown {
  if (Array.isArray(value))
    return value.every((one) => typeof one === "number")
      ? [...value].sort((a, b) => a - b)
      : value.map(blanked);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.flatMap(([key, inner]) => {
      const isEmpty = inner == null || (typeof inner === "object" && Object.keys(inner).length === 0);
      return isEmpty ? [] : [[key, blanked(inner)]];
    }),
  );
}
