import { z } from "zod";
import { policySchema } from "./keys.ts";
import type { Block, WorkspaceSettings } from "./policy.ts";

const inner = policySchema.unwrap();
const personLimits = inner.pick({
  perHour: true,
  waiting: true,
  cooldownSeconds: true,
  personDayMicroUsd: true,
  personMonthMicroUsd: true,
});
const access = z.object({ allowed: z.array(z.string()), denied: z.array(z.string()) });

/** What a workspace's owners changed, as it is stored. */
export const settingsRecord = z.object({
  schema: z.literal(1),
  policy: inner.partial(),
  roles: z.record(z.string(), personLimits.partial()),
  channels: access,
  members: access,
  blocklist: z.array(z.string()),
  allowlist: z.array(z.string()),
  pause: z.object({ by: z.string(), at: z.number(), reason: z.string().nullable() }).nullable(),
  logChannel: z.string().nullable(),
});
export type SettingsRecord = z.infer<typeof settingsRecord>;

/** The blocks of one user, by workspace. */
export const blocksRecord = z.record(
  z.string(),
  z.object({
    reason: z.string().nullable(),
    by: z.string(),
    at: z.number(),
    until: z.number().nullable(),
  }),
);
export type BlocksRecord = z.infer<typeof blocksRecord>;

/** The record reads as the settings; the compiler says when the two part. */
export const settingsOf = (record: SettingsRecord): WorkspaceSettings => defined(record);
export const blocksOf = (record: BlocksRecord): Readonly<Record<string, Block>> => record;

/** zod writes optional keys as "or undefined", which a stored record never has. */
function defined(record: SettingsRecord): WorkspaceSettings {
  const strip = <T extends object>(one: T) =>
    Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined));
  return {
    ...record,
    policy: strip(record.policy),
    roles: Object.fromEntries(Object.entries(record.roles).map(([role, limits]) => [role, strip(limits)])),
  };
}
