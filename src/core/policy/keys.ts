import { z } from "zod";
import { formatUsd, MAX_MICRO_USD, parseUsd } from "../money.ts";
import { OUTSIDE, type PersonLimits, type Policy, WHO } from "./policy.ts";

export type PolicyKey = keyof Policy;

/** One thing of a policy that can be set, by a variable for the whole bot and by a command for one workspace. */
export interface PolicyEntry {
  readonly key: PolicyKey;
  /** The command's action that sets it. */
  readonly action: "limits" | "budget" | "settings";
  /** The option's name in that action. */
  readonly option: string;
  /** The variable that holds the default. */
  readonly variable: string;
  /** A few words for help, tables and the variable's line. */
  readonly meaning: string;
  readonly kind: PolicyKind;
  /** The default's text, as the variable takes it; empty: no limit. */
  readonly fallback: string;
}

/** `count` and `seconds` are whole numbers or off; `money` is US dollars or off; the others one of some words. */
export type PolicyKind =
  | { readonly type: "count" | "seconds"; readonly most: number }
  | { readonly type: "money" }
  | { readonly type: "words"; readonly words: readonly string[] };

const count: PolicyKind = { type: "count", most: 100_000 };
const money: PolicyKind = { type: "money" };
const words = (list: readonly string[]): PolicyKind => ({ type: "words", words: list });

const limit = (
  key: PolicyKey,
  option: string,
  variable: string,
  meaning: string,
  fallback: string,
  kind: PolicyKind = count,
): PolicyEntry => ({ key, action: "limits", option, variable, meaning, kind, fallback });
const budget = (key: PolicyKey, option: string, variable: string, meaning: string): PolicyEntry => ({
  key,
  action: "budget",
  option,
  variable,
  meaning,
  kind: money,
  fallback: "",
});
const rule = (
  key: PolicyKey,
  option: string,
  variable: string,
  meaning: string,
  list: readonly string[],
  fallback: string,
): PolicyEntry => ({ key, action: "settings", option, variable, meaning, kind: words(list), fallback });

const ON_OFF = ["on", "off"] as const;

/** Everything that can be set, in the order commands and tables show it. */
export const POLICY_ENTRIES: readonly PolicyEntry[] = [
  limit("perHour", "per-hour", "LIMIT_PER_HOUR", "pictures a person may ask for in an hour", ""),
  limit("waiting", "waiting", "LIMIT_WAITING", "unfinished pictures a person may have", "10"),
  limit(
    "waitingHere",
    "waiting-here",
    "LIMIT_WAITING_HERE",
    "unfinished pictures a whole server or workspace may have",
    "200",
  ),
  limit(
    "cooldownSeconds",
    "cooldown",
    "LIMIT_COOLDOWN_SECONDS",
    "seconds a person waits between two requests",
    "",
    {
      type: "seconds",
      most: 86_400,
    },
  ),
  budget("dayMicroUsd", "day", "BUDGET_WORKSPACE_DAY_USD", "most a server or workspace may spend in a day"),
  budget(
    "monthMicroUsd",
    "month",
    "BUDGET_WORKSPACE_MONTH_USD",
    "most a server or workspace may spend in a month",
  ),
  budget("personDayMicroUsd", "person-day", "BUDGET_PERSON_DAY_USD", "most a person may spend in a day"),
  budget(
    "personMonthMicroUsd",
    "person-month",
    "BUDGET_PERSON_MONTH_USD",
    "most a person may spend in a month",
  ),
  rule(
    "rerollBy",
    "reroll-by",
    "REROLL_BY",
    "who may reroll, edit or retry a picture, besides moderators",
    WHO,
    "everyone",
  ),
  rule("cancelBy", "cancel-by", "CANCEL_BY", "who may cancel, besides moderators", WHO, "requester"),
  rule("deleteBy", "delete-by", "DELETE_BY", "who may delete, besides moderators", WHO, "requester"),
  rule(
    "outside",
    "outside-age-restricted",
    "OUTSIDE_AGE_RESTRICTED",
    "pictures outside age-restricted channels: shown, hidden behind a click, or refused (Discord)",
    OUTSIDE,
    "allow",
  ),
  rule("showCost", "show-cost", "SHOW_COST", "whether a finished picture says what it cost", ON_OFF, "off"),
  rule(
    "directMessages",
    "direct-messages",
    "DIRECT_MESSAGES",
    "whether pictures can be asked for in private messages",
    ON_OFF,
    "on",
  ),
];

/** Those of them that may be higher for some roles. */
export const PERSON_KEYS = [
  "perHour",
  "waiting",
  "cooldownSeconds",
  "personDayMicroUsd",
  "personMonthMicroUsd",
] as const satisfies readonly (keyof PersonLimits)[];

const limitValue = z.int().nonnegative().max(MAX_MICRO_USD).nullable();

/** A whole policy, as values. */
export const policySchema = z
  .object({
    perHour: limitValue,
    waiting: limitValue,
    waitingHere: limitValue,
    cooldownSeconds: limitValue,
    dayMicroUsd: limitValue,
    monthMicroUsd: limitValue,
    personDayMicroUsd: limitValue,
    personMonthMicroUsd: limitValue,
    rerollBy: z.enum(WHO),
    cancelBy: z.enum(WHO),
    deleteBy: z.enum(WHO),
    outside: z.enum(OUTSIDE),
    showCost: z.boolean(),
    directMessages: z.boolean(),
  })
  .readonly();

export type PolicyValue = Policy[PolicyKey];
/** A value read from words, or the sentence that says what would be right. */
export type ReadValue =
  | { readonly ok: true; readonly value: PolicyValue }
  | { readonly ok: false; readonly problem: string };

/** Reads what an owner typed for one entry. */
export function readValue({ kind, key }: PolicyEntry, typed: string): ReadValue {
  const text = typed.trim().toLowerCase();
  const value = (found: PolicyValue): ReadValue => ({ ok: true, value: found });
  if (kind.type === "words") {
    if (!kind.words.includes(text)) return { ok: false, problem: `set one of ${kind.words.join(", ")}` };
    const parsed = policySchema
      .unwrap()
      .shape[key].safeParse(key === "showCost" || key === "directMessages" ? text === "on" : text);
    return parsed.success
      ? value(parsed.data)
      : { ok: false, problem: `set one of ${kind.words.join(", ")}` };
  }
  if (["", "off", "none", "unlimited"].includes(text)) return value(null);
  if (kind.type === "money") {
    const microUsd = parseUsd(text);
    return microUsd === null
      ? { ok: false, problem: "set US dollars such as 5 or 12.50, or off for no ceiling" }
      : value(microUsd);
  }
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number <= kind.most
    ? value(number)
    : {
        ok: false,
        problem: `set a whole number from 0 to ${kind.most.toLocaleString("en-US")}, or off for no limit`,
      };
}

/** A value as people read it. */
export function showValue({ kind }: PolicyEntry, value: PolicyValue): string {
  if (value === null) return kind.type === "money" ? "no ceiling" : "no limit";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  if (kind.type === "money") return formatUsd(value);
  return kind.type === "seconds" ? `${value} s` : value.toLocaleString("en-US");
}
