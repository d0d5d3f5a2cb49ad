import { join } from "node:path";
import { parseUsd } from "./core/money.ts";
import { POLICY_ENTRIES, policySchema, readValue } from "./core/policy/keys.ts";
import type { Policy } from "./core/policy/policy.ts";
import { BotError } from "./errors.ts";
import { isLoopback, SETTINGS } from "./settings.ts";

/** Everything the owner decided, checked once. */
export interface Config {
  readonly fal: {
    /** `id:secret` or a single key; null: none. */
    readonly credentials: string | null;
    readonly model: string;
    readonly urls: { readonly queue: string; readonly rest: string; readonly platform: string };
    readonly mediaHosts: readonly string[];
    readonly concurrency: number;
    /** No key and no address of its own: the built-in simulator paints. */
    readonly simulated: boolean;
  };
  readonly simulatorMs: readonly [number, number];
  readonly discord: {
    readonly token: string;
    readonly apiUrl: string;
    readonly guildId: string | null;
    readonly channels: "any" | "age-restricted";
  } | null;
  readonly slack: {
    readonly botToken: string;
    readonly appToken: string | null;
    readonly signingSecret: string | null;
    readonly apiUrl: string;
  } | null;
  readonly databaseUrl: string;
  readonly directories: {
    /** The others lie in it. */
    readonly data: string;
    readonly pictures: string;
    readonly playground: string;
    readonly simulator: string;
  };
  readonly web: { readonly host: string; readonly port: number; readonly token: string | null };
  readonly playground: boolean;
  readonly jobs: {
    readonly deadlineMs: number;
    readonly quietWindowMs: number;
    readonly keepMs: number | null;
  };
  readonly owner: {
    /** Micro-USD; null: no ceiling. */
    readonly botCeilings: { readonly day: number | null; readonly month: number | null };
    readonly defaults: Policy;
    /** Micro-USD, while fal does not tell it. */
    readonly price: number;
    /** `platform:id`. */
    readonly owners: ReadonlySet<string>;
    readonly alertChannels: readonly { readonly platform: string; readonly channel: string }[];
    readonly blocklistFile: string | null;
  };
  readonly log: { readonly level: string; readonly format: "pretty" | "json" | null };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from an environment.
 * @throws BotError `config` whose message holds one line for each problem, saying what to set.
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const values = new Map<string, string>();
  for (const { name, fallback, schema } of SETTINGS) {
    const given = env[name]?.trim() || null;
    const value = given ?? fallback;
    if (value === null) continue;
    const checked = schema.safeParse(value);
    if (checked.success) values.set(name, checked.data);
    else problems.push(`${name}: ${checked.error.issues[0]?.message ?? "is not valid"}.`);
  }
  const get = (name: string): string | null => values.get(name) ?? null;
  const need = (name: string): string => get(name) ?? "";
  const given = (name: string): boolean => (env[name]?.trim() ?? "") !== "";

  problems.push(...crossChecks(get, given));
  const range = need("SIMULATOR_SECONDS").split("-").map(Number);
  const shortest = range[0] ?? 4;
  const longest = range[1] ?? 8;
  if (shortest > longest)
    problems.push("SIMULATOR_SECONDS: the first number must not be larger than the second.");
  if (problems.length > 0)
    throw new BotError(problems.join("\n"), {
      code: "config",
      remedy: "Mend these variables in .env or the environment.",
    });

  const credentials =
    get("FAL_KEY") ?? (given("FAL_KEY_ID") ? `${need("FAL_KEY_ID")}:${need("FAL_KEY_SECRET")}` : null);
  const botToken = get("SLACK_BOT_TOKEN");
  const discordToken = get("DISCORD_TOKEN");
  const data = need("DATA_DIRECTORY");
  const playground = need("PLAYGROUND");
  return {
    fal: {
      credentials,
      model: need("FAL_MODEL"),
      urls: { queue: need("FAL_QUEUE_URL"), rest: need("FAL_REST_URL"), platform: need("FAL_PLATFORM_URL") },
      mediaHosts: need("FAL_MEDIA_HOSTS")
        .split(",")
        .map((host) => host.trim()),
      concurrency: Number(need("FAL_CONCURRENCY")),
      simulated: credentials === null && !given("FAL_QUEUE_URL"),
    },
    simulatorMs: [shortest * 1000, longest * 1000],
    discord:
      discordToken === null
        ? null
        : {
            token: discordToken,
            apiUrl: need("DISCORD_API_URL"),
            guildId: get("DISCORD_GUILD_ID"),
            channels: get("DISCORD_CHANNELS") === "age-restricted" ? "age-restricted" : "any",
          },
    slack:
      botToken === null
        ? null
        : {
            botToken,
            appToken: get("SLACK_APP_TOKEN"),
            signingSecret: get("SLACK_SIGNING_SECRET"),
            apiUrl: need("SLACK_API_URL"),
          },
    databaseUrl: need("DATABASE_URL"),
    directories: {
      data,
      pictures: join(data, "pictures"),
      playground: join(data, "playground"),
      simulator: join(data, "simulator"),
    },
    web: { host: need("HOST"), port: Number(need("PORT")), token: get("WEB_TOKEN") },
    playground: playground === "on" || (playground === "auto" && botToken === null && discordToken === null),
    jobs: {
      deadlineMs: Number(need("JOB_DEADLINE_SECONDS")) * 1000,
      quietWindowMs: Number(need("FAL_HISTORY_SECONDS")) * 1000,
      keepMs: Number(need("JOB_RETENTION_DAYS")) * 86_400_000 || null,
    },
    owner: {
      botCeilings: { day: usdOf(get("BUDGET_DAY_USD")), month: usdOf(get("BUDGET_MONTH_USD")) },
      defaults: defaultsOf(get),
      price: usdOf(need("PRICE_USD")) ?? 0,
      owners: new Set(listOf(get("OWNERS"))),
      alertChannels: listOf(get("ALERT_CHANNELS")).map((one) => {
        const [platform = "", channel = ""] = one.split(":");
        return { platform, channel };
      }),
      blocklistFile: get("BLOCKLIST_FILE"),
    },
    log: { level: need("LOG_LEVEL"), format: get("LOG_FORMAT") as "pretty" | "json" | null },
  };
}

const usdOf = (text: string | null): number | null => (text === null ? null : parseUsd(text));

const listOf = (text: string | null): readonly string[] =>
  text === null ? [] : text.split(",").map((one) => one.trim());

/** The policy of a workspace that changed nothing. */
function defaultsOf(get: (name: string) => string | null): Policy {
  const values = POLICY_ENTRIES.map((entry) => {
    const read = readValue(entry, get(entry.variable) ?? "");
    return [entry.key, read.ok ? read.value : null] as const;
  });
  return policySchema.parse(Object.fromEntries(values));
}

/** Rules that need more than one variable. */
function crossChecks(get: (name: string) => string | null, given: (name: string) => boolean): string[] {
  const problems: string[] = [];
  if (given("FAL_KEY_ID") !== given("FAL_KEY_SECRET"))
    problems.push("FAL_KEY_ID and FAL_KEY_SECRET: set both, or FAL_KEY alone.");
  const slackWay = given("SLACK_APP_TOKEN") || given("SLACK_SIGNING_SECRET");
  if (given("SLACK_BOT_TOKEN") && !slackWay)
    problems.push(
      "SLACK_BOT_TOKEN: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) with it.",
    );
  if (!given("SLACK_BOT_TOKEN") && slackWay)
    problems.push("SLACK_BOT_TOKEN: set it too; SLACK_APP_TOKEN and SLACK_SIGNING_SECRET do nothing alone.");
  const host = get("HOST");
  if (host !== null && !isLoopback(host) && !given("WEB_TOKEN"))
    problems.push("WEB_TOKEN: set it, because HOST lets other machines in; or set HOST to 127.0.0.1.");
  return problems;
}
