import type { Spent } from "./ledger.ts";
import { formatUsd, type Period } from "./money.ts";
import { PERSON_KEYS, POLICY_ENTRIES, type PolicyEntry, showValue } from "./policy/keys.ts";
import type { Rules } from "./policy/policies.ts";
import type { Access, Block } from "./policy/policy.ts";
import { type Fact, type Line, type View, wordsView } from "./view.ts";

/** How things stand in one workspace. */
export interface Status {
  readonly rules: Rules;
  readonly spentHere: Readonly<Record<Period, Spent>>;
  readonly spentByBot: Readonly<Record<Period, Spent>>;
  readonly botCeilings: Readonly<Record<Period, number | null>>;
  /** Micro-USD. */
  readonly price: number;
  readonly painting: number;
  readonly waiting: number;
  readonly providerPaused: boolean;
  readonly blocked: readonly { readonly user: string; readonly block: Block }[];
}

/** People that one answer names. */
const SHOWN_PEOPLE = 10;
const strong = (text: string) => ({ type: "strong", text }) as const;
const person = (user: string) => ({ type: "person", user, name: user }) as const;

export function statusView(status: Status): View {
  const { rules, spentHere, spentByBot, botCeilings, price } = status;
  const { policy, settings } = rules;
  const facts: readonly Fact[] = [
    { label: "Being painted here", value: String(status.painting) },
    { label: "Waiting here", value: String(status.waiting) },
    { label: "Spent here today", value: money(spentHere.day, policy.dayMicroUsd) },
    { label: "Spent here this month", value: money(spentHere.month, policy.monthMicroUsd) },
    { label: "The whole bot today", value: money(spentByBot.day, botCeilings.day) },
    { label: "The whole bot this month", value: money(spentByBot.month, botCeilings.month) },
    { label: "Price of a picture", value: formatUsd(price) },
  ];
  return {
    ...wordsView("notice", [strong("How things stand")], [...stateLines(status), ...peopleLines(status)]),
    facts: [...facts, ...factsOf(settings)],
  };
}

function stateLines({ rules, providerPaused }: Status): readonly Line[] {
  const { pause } = rules.settings;
  const lines: Line[] = [];
  if (providerPaused)
    lines.push([
      strong("Paused"),
      ": the image service refuses this bot's account. Look at the key, the balance and the log.",
    ]);
  if (pause !== null) {
    const why = pause.reason === null ? "" : ` · ${pause.reason}`;
    lines.push([strong("Paused"), " by ", person(pause.by), " ", { type: "moment", at: pause.at }, why]);
  }
  if (lines.length === 0) lines.push(["Pictures are being painted as usual."]);
  return lines;
}

function peopleLines({ blocked }: Status): readonly Line[] {
  if (blocked.length === 0) return [];
  const lines = blocked.slice(0, SHOWN_PEOPLE).map(({ user, block }): Line => {
    const until: Line = block.until === null ? [] : [" · ends ", { type: "moment", at: block.until }];
    const why = block.reason === null ? "" : ` · ${block.reason}`;
    return [person(user), ...until, why];
  });
  const more: readonly Line[] =
    blocked.length > SHOWN_PEOPLE ? [[`… and ${blocked.length - SHOWN_PEOPLE} more`]] : [];
  return [[strong(`Blocked: ${blocked.length}`)], ...lines, ...more];
}

function factsOf({ blocklist, allowlist, logChannel }: Rules["settings"]): readonly Fact[] {
  const harmless = allowlist.length === 0 ? "" : `, ${allowlist.length} let by`;
  return [
    { label: "Blocklist", value: `${blocklist.length} entries${harmless}` },
    { label: "Log channel", value: logChannel === null ? "none" : "on" },
  ];
}

/** What holds now, one part of it. */
export function settingsView(
  part: PolicyEntry["action"],
  { policy, settings }: Rules,
  why: "changed" | "shown",
): View {
  const entries = POLICY_ENTRIES.filter((entry) => entry.action === part);
  const facts = entries.map((entry) => ({ label: entry.option, value: showValue(entry, policy[entry.key]) }));
  const titles = { limits: "Limits", budget: "Budget", settings: "Settings" };
  const lines: Line[] = [];
  if (part === "settings")
    lines.push(
      ...accessLines("Channels", "channel", settings.channels),
      ...accessLines("Roles", "role", settings.members),
    );
  else lines.push(...roleLines(entries, settings.roles));
  const example = { limits: "per-hour:20", budget: "month:50", settings: "show-cost:on" }[part];
  lines.push(["To change something: ", { type: "code", text: `/images-admin ${part} ${example}` }]);
  return {
    ...wordsView(
      "notice",
      [strong(titles[part]), why === "changed" ? " · changed, from now on" : " · as they are now"],
      lines,
    ),
    facts,
  };
}

function roleLines(entries: readonly PolicyEntry[], roles: Rules["settings"]["roles"]): readonly Line[] {
  return Object.entries(roles).flatMap(([role, limits]): readonly Line[] => {
    const words = entries.flatMap((entry) => {
      const key = PERSON_KEYS.find((one) => one === entry.key);
      const value = key === undefined ? undefined : limits[key];
      return value === undefined ? [] : [`${entry.option} ${showValue(entry, value)}`];
    });
    return words.length === 0 ? [] : [["For ", { type: "role", id: role }, `: ${words.join(", ")}`]];
  });
}

function accessLines(title: string, type: "channel" | "role", { allowed, denied }: Access): readonly Line[] {
  const list = (ids: readonly string[]): Line =>
    ids.flatMap((id, index): Line => (index === 0 ? [{ type, id }] : [", ", { type, id }]));
  return [
    ...(allowed.length === 0 ? [] : [[`${title}, only: `, ...list(allowed)]]),
    ...(denied.length === 0 ? [] : [[`${title}, never: `, ...list(denied)]]),
  ];
}

const money = ({ microUsd, pictures }: Spent, most: number | null): string => {
  const ceiling = most === null ? "" : ` of ${formatUsd(most)}`;
  return `${formatUsd(microUsd)}${ceiling} · ${pictures} ${pictures === 1 ? "picture" : "pictures"}`;
};
