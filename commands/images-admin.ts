import type {
  AccessRule,
  CommandAction,
  CommandDefinition,
  CommandMeaning,
  Order,
} from "../src/core/command.ts";
import { PERSON_KEYS, POLICY_ENTRIES, type PolicyEntry, readValue } from "../src/core/policy/keys.ts";
import type { Policy } from "../src/core/policy/policy.ts";
import { mentioned, readAction } from "./actions.ts";
import { choices, option } from "./options.ts";
import { refusal } from "./views.ts";

/** Longest block, days: ten years. */
const MOST_DAYS = 3650;
const REASON = option("reason", "Why; the moderators' log shows it, and so does the refusal", "spamming", {
  maxLength: 200,
});
const ROLE = option(
  "role",
  "For members with this role or group only; the most generous limit counts",
  "@artists",
  {
    type: "role",
  },
);

const RULE = option("rule", "What holds from now on", "allow", {
  required: true,
  choices: choices({
    allow: "only what is allowed by name, from the first one on",
    deny: "never",
    clear: "as for all others",
  }),
});

const entriesOf = (action: PolicyEntry["action"]) =>
  POLICY_ENTRIES.filter((entry) => entry.action === action);

/** An owner reads the meaning in a menu of one line. */
const optionFor = ({ option: name, meaning, kind }: PolicyEntry) =>
  kind.type === "words"
    ? option(name, sentence(meaning), kind.words[0] ?? "", {
        choices: kind.words.map((word) => ({ label: word, value: word })),
      })
    : option(name, `${sentence(meaning)}; off: none`.slice(0, 100), kind.type === "money" ? "5" : "20", {
        maxLength: 20,
      });

const sentence = (words: string): string =>
  `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`.slice(0, 100);

const action = (
  name: string,
  description: string,
  options: CommandAction["options"] = [],
  rest: string | null = null,
): CommandAction => ({ name, description, options, rest });

const USER = option("user", "Whom", "@ben", { type: "user", required: true });

const ACTIONS: readonly CommandAction[] = [
  action("status", "How things stand: the line, the money, the limits"),
  action("limits", "Show or set how many pictures a person may have", [
    ...entriesOf("limits").map(optionFor),
    ROLE,
  ]),
  action("budget", "Show or set the ceilings in US dollars", [...entriesOf("budget").map(optionFor), ROLE]),
  action(
    "block",
    "Keep somebody from asking for pictures",
    [
      USER,
      REASON,
      option("days", "For how many days; left out: until you unblock", "7", {
        type: "integer",
        min: 1,
        max: MOST_DAYS,
      }),
    ],
    "reason",
  ),
  action("unblock", "Let somebody ask for pictures again", [USER]),
  action(
    "blocklist",
    "Words that stop a prompt",
    [
      option("do", "What to do", "add", {
        required: true,
        choices: choices({
          add: "stop prompts with this",
          remove: "no longer stop it",
          allow: "a harmless phrase that is stopped by mistake",
          disallow: "take it from the harmless ones",
          test: "try a prompt",
          list: "show all entries",
        }),
      }),
      option("entry", "A word, a phrase, /a pattern/, or the prompt to test", "banana", { maxLength: 2000 }),
    ],
    "entry",
  ),
  action("pause", "Stop painting here; what waits is kept", [REASON], "reason"),
  action("resume", "Go on painting"),
  action("channel", "Say where pictures may be asked for", [
    RULE,
    option("channel", "Which channel", "#pictures", { type: "channel", required: true }),
  ]),
  action("role", "Say for whom pictures are painted", [
    RULE,
    option("role", "Which role or group", "@artists", { type: "role", required: true }),
  ]),
  action(
    "settings",
    "Show or set who may do what, and what results show",
    entriesOf("settings").map(optionFor),
  ),
  action(
    "log-channel",
    "Show or set the channel that tells moderators what was painted and refused",
    [
      option("channel", "The channel", "#picture-log", { type: "channel" }),
      option("turn", "off ends the log", "off", { choices: choices({ off: "no log" }) }),
    ],
    "channel",
  ),
];

/** `/images-admin`: for owners and moderators. */
export const imagesAdmin: CommandDefinition = {
  name: "images-admin",
  description: "For owners and moderators: money, limits, access, safety",
  audience: "staff",
  options: [],
  actions: ACTIONS,
  interpret(input): CommandMeaning {
    const read = readAction(imagesAdmin, input, "status");
    if (read.type === "problem") return refusal(read.sentence, read.example);
    return meaningOf(read.action, read.values);
  },
};

type Values = ReadonlyMap<string, string>;

function meaningOf(name: string, values: Values): CommandMeaning {
  const role = idOf(values, "role");
  switch (name) {
    case "limits":
    case "budget":
      return changing(name, values, role);
    case "settings":
      return changing(name, values, null);
    case "channel":
    case "role":
      return order({ type: "access", about: name, id: idOf(values, name) ?? "", rule: ruleOf(values) });
    case "block":
      return blockOf(values);
    case "unblock":
      return order({ type: "unblock", user: idOf(values, "user") ?? "" });
    case "blocklist":
      return blocklistOf(values);
    case "pause":
      return order({ type: "pause", reason: values.get("reason") ?? null });
    case "resume":
      return order({ type: "resume" });
    case "log-channel":
      return logChannelOf(values);
    default:
      return order({ type: "status" });
  }
}

const order = (what: Order): CommandMeaning => ({ type: "order", order: what });

function idOf(values: Values, name: string): string | null {
  const value = values.get(name);
  return value === undefined ? null : mentioned(value);
}

function changing(
  name: "limits" | "budget" | "settings",
  values: Values,
  role: string | null,
): CommandMeaning {
  let changes: Partial<Policy> = {};
  for (const entry of entriesOf(name)) {
    const typed = values.get(entry.option);
    if (typed === undefined) continue;
    const read = readValue(entry, typed);
    const example = `/images-admin ${name} ${entry.option}:${optionFor(entry).example}`;
    if (!read.ok) return refusal(`${entry.option}: ${read.problem}.`, example);
    if (role !== null && !PERSON_KEYS.some((key) => key === entry.key))
      return refusal(`${entry.option} is for everybody here together: leave the role out.`, example);
    changes = { ...changes, [entry.key]: read.value };
  }
  return order(name === "settings" ? { type: name, changes } : { type: name, role, changes });
}

function ruleOf(values: Values): AccessRule {
  const rule = values.get("rule")?.toLowerCase();
  return rule === "allow" || rule === "deny" ? rule : "clear";
}

function blockOf(values: Values): CommandMeaning {
  const typed = values.get("days");
  const days = typed === undefined ? null : Number(typed);
  if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= MOST_DAYS))
    return refusal(
      `days is a whole number from 1 to ${MOST_DAYS}, or left out.`,
      "/images-admin block @ben days:7",
    );
  return order({
    type: "block",
    user: idOf(values, "user") ?? "",
    reason: values.get("reason") ?? null,
    days,
  });
}

function blocklistOf(values: Values): CommandMeaning {
  const step = values.get("do")?.toLowerCase() ?? "list";
  const entry = values.get("entry") ?? "";
  if (step === "list") return order({ type: "blocklist", step: { type: "list" } });
  if (entry === "")
    return refusal(`blocklist ${step} needs the words.`, `/images-admin blocklist ${step} banana`);
  switch (step) {
    case "add":
    case "remove":
    case "allow":
    case "disallow":
      return order({ type: "blocklist", step: { type: step, entry } });
    default:
      return order({ type: "blocklist", step: { type: "test", prompt: entry } });
  }
}

function logChannelOf(values: Values): CommandMeaning {
  const channel = idOf(values, "channel");
  const off = values.has("turn") || channel?.toLowerCase() === "off";
  if (channel === null && !off) return order({ type: "status" });
  return order({ type: "log-channel", channel: off ? null : channel });
}
