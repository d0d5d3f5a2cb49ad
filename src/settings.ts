import { z } from "zod";
import { parseUsd } from "./core/money.ts";
import { POLICY_ENTRIES, type ReadValue, readValue } from "./core/policy/keys.ts";

/** One configuration variable: what `.env.example`, the README's table and the reader are made from. */
export interface Setting {
  readonly name: string;
  readonly group: SettingGroup;
  /** One sentence for the owner. */
  readonly meaning: string;
  /** The value used when the variable is unset or empty; null: none. */
  readonly fallback: string | null;
  /** Never printed. */
  readonly secret: boolean;
  /** Checks the text; its message is a sentence that says what to set. */
  readonly schema: z.ZodType<string>;
}

export type SettingGroup =
  | "fal"
  | "Discord"
  | "Slack"
  | "Storage"
  | "Web"
  | "Playground and simulator"
  | "Jobs"
  | "Money, limits, access, safety"
  | "Log";

/** `platform:id` of a person or a channel. */
const PLACE = /^(discord|slack|playground):[A-Za-z0-9]+$/;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const text = z.string();
const matching = (pattern: RegExp, sentence: string) => z.string().regex(pattern, sentence);
const httpUrl = z.string().refine((value) => /^https?:/.test(value) && URL.canParse(value), {
  error: "set a whole URL that begins with https:// (or http:// for a server on this machine)",
});
const whole = (min: number, max: number) =>
  z.string().refine((value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max, {
    error: `set a whole number from ${min} to ${max}`,
  });
const oneOf = (...values: readonly [string, ...string[]]) =>
  z.string().refine((value) => values.includes(value), { error: `set one of ${values.join(", ")}` });
const hosts = z
  .string()
  .refine((value) => value.split(",").every((host) => /^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/i.test(host.trim())), {
    error: "set host names with commas between them, such as fal.media,*.fal.media (host:port is allowed)",
  });

const setting = (
  group: SettingGroup,
  name: string,
  meaning: string,
  schema: z.ZodType<string>,
  fallback: string | null = null,
): Setting => ({ name, group, meaning, fallback, secret: /KEY|TOKEN|SECRET/.test(name), schema });

const usd = z.string().refine((value) => parseUsd(value) !== null, {
  error: "set US dollars such as 5, 12.50 or 0.045",
});
const people = z.string().refine((value) => value.split(",").every((one) => PLACE.test(one.trim())), {
  error:
    "set platform and id with a colon between them and commas between several, such as discord:123456789012345678,slack:U012ABC",
});

/** Defaults that an owner can change for one workspace by a command, and what only the configuration decides. */
function ownerSettings(): readonly Setting[] {
  const group = "Money, limits, access, safety";
  return [
    setting(group, "BUDGET_DAY_USD", "most the whole bot may spend in a day (UTC); unset: no ceiling", usd),
    setting(
      group,
      "BUDGET_MONTH_USD",
      "most the whole bot may spend in a month (UTC); unset: no ceiling",
      usd,
    ),
    ...POLICY_ENTRIES.map((entry) => {
      const words =
        entry.kind.type === "words" ? `: ${entry.kind.words.map((word) => `\`${word}\``).join(", ")}` : "";
      const off = entry.kind.type === "words" ? "" : "; `off`: no limit";
      const schema = z.string().refine((value) => readValue(entry, value).ok, {
        error: (issue) => problemOf(readValue(entry, String(issue.input))),
      });
      return setting(group, entry.variable, `${entry.meaning}${words}${off}`, schema, entry.fallback || null);
    }),
    setting(group, "PRICE_USD", "price of a picture while fal does not tell it", usd, "0.045"),
    setting(
      group,
      "OWNERS",
      "people who may use every command everywhere, as `platform:id` with commas",
      people,
    ),
    setting(
      group,
      "ALERT_CHANNELS",
      "channels told when fal refuses the account or a ceiling is reached, as `platform:id`",
      people,
    ),
    setting(
      group,
      "BLOCKLIST_FILE",
      "file of words, phrases and /patterns/ that no prompt may have, one a line",
      text,
    ),
  ];
}

const problemOf = (read: ReadValue): string => (read.ok ? "is not valid" : read.problem);

export const SETTINGS: readonly Setting[] = [
  setting("fal", "FAL_KEY", "fal API key; unset: the built-in simulator paints", text),
  setting("fal", "FAL_KEY_ID", "the key's id, instead of FAL_KEY", text),
  setting("fal", "FAL_KEY_SECRET", "the key's secret, with FAL_KEY_ID", text),
  setting(
    "fal",
    "FAL_MODEL",
    "the model's endpoint id",
    matching(/^[\w.-]+(\/[\w.-]+){1,4}$/, "set an endpoint id such as owner/model/text-to-image"),
    "imagineart/imagineart-1.5-pro-preview/text-to-image",
  ),
  setting("fal", "FAL_QUEUE_URL", "base URL of fal's queue", httpUrl, "https://queue.fal.run"),
  setting("fal", "FAL_REST_URL", "base URL of fal's REST API", httpUrl, "https://rest.fal.ai"),
  setting(
    "fal",
    "FAL_PLATFORM_URL",
    "base URL of fal's platform API (request history)",
    httpUrl,
    "https://api.fal.ai",
  ),
  setting(
    "fal",
    "FAL_MEDIA_HOSTS",
    "hosts pictures may come from, with commas; `*.` prefix and `host:port` allowed",
    hosts,
    "fal.media,*.fal.media",
  ),
  setting("fal", "FAL_CONCURRENCY", "pictures at fal at once (new fal accounts run 2)", whole(1, 1000), "2"),
  setting("Discord", "DISCORD_TOKEN", "bot token; starts Discord", text),
  setting("Discord", "DISCORD_API_URL", "REST base without version", httpUrl, "https://discord.com/api"),
  setting(
    "Discord",
    "DISCORD_GUILD_ID",
    "register commands in this one server only",
    matching(
      /^\d{17,19}$/,
      "set the server's id, 17 to 19 digits (Copy Server ID in Discord's developer mode)",
    ),
  ),
  setting(
    "Discord",
    "DISCORD_CHANNELS",
    "where in servers pictures are made: `any` channel, or `age-restricted` ones only",
    oneOf("any", "age-restricted"),
    "any",
  ),
  setting(
    "Slack",
    "SLACK_BOT_TOKEN",
    "bot token; starts Slack together with one of the next two",
    matching(/^xoxb-/, "set the Bot User OAuth Token; it begins with xoxb-"),
  ),
  setting(
    "Slack",
    "SLACK_APP_TOKEN",
    "app-level token: Socket Mode, no public address needed",
    matching(/^xapp-/, "set an App-Level Token with the scope connections:write; it begins with xapp-"),
  ),
  setting("Slack", "SLACK_SIGNING_SECRET", "signing secret: HTTP mode, `POST /slack/events`", text),
  setting(
    "Slack",
    "SLACK_API_URL",
    "Web API base, with a slash at the end",
    httpUrl,
    "https://slack.com/api/",
  ),
  setting(
    "Storage",
    "DATABASE_URL",
    "where jobs are kept",
    matching(/^sqlite:./, "set sqlite:PATH, such as sqlite:./data/imagine-bot.sqlite"),
    "sqlite:./data/imagine-bot.sqlite",
  ),
  setting(
    "Storage",
    "DATA_DIRECTORY",
    "folder for pictures on their way and the playground's pictures",
    text,
    "./data",
  ),
  setting("Web", "HOST", "address the web server listens on", text, "127.0.0.1"),
  setting("Web", "PORT", "port of the web server; 0: any free one", whole(0, 65535), "3000"),
  setting(
    "Web",
    "WEB_TOKEN",
    "secret that opens the dashboard at /admin; when HOST is not this machine alone, the playground and /metrics ask for it too",
    z.string().min(16, "set at least 16 characters, for example the output of `openssl rand -hex 24`"),
  ),
  setting(
    "Playground and simulator",
    "PLAYGROUND",
    "`on`, `off`, or `auto`: on while no chat platform is configured",
    oneOf("on", "off", "auto"),
    "auto",
  ),
  setting(
    "Playground and simulator",
    "SIMULATOR_SECONDS",
    "how long the simulator paints, shortest-longest in seconds",
    matching(/^\d+(\.\d+)?-\d+(\.\d+)?$/, "set two numbers with a dash between them, such as 4-8"),
    "4-8",
  ),
  setting("Jobs", "JOB_DEADLINE_SECONDS", "longest time of one picture at fal", whole(10, 86_400), "600"),
  setting(
    "Jobs",
    "JOB_RETENTION_DAYS",
    "how long finished pictures can be rerolled, edited and looked up; 0: for ever",
    whole(0, 36_500),
    "365",
  ),
  setting(
    "Jobs",
    "FAL_HISTORY_SECONDS",
    "how long a request with a lost answer is looked for in fal's history",
    whole(1, 3600),
    "30",
  ),
  ...ownerSettings(),
  setting(
    "Log",
    "LOG_LEVEL",
    "`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`",
    oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent"),
    "info",
  ),
  setting("Log", "LOG_FORMAT", "`pretty` or `json`; unset: pretty on a terminal", oneOf("pretty", "json")),
];
