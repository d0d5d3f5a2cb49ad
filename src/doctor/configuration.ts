import { type Config, readConfig } from "../config.ts";
import { BotError } from "../errors.ts";
import { SETTINGS } from "../settings.ts";
import { adviceOn } from "./advice.ts";
import type { EnvFile } from "./env-file.ts";
import { type Finding, scribeOf } from "./finding.ts";
import { likelyName, looksLikeOurs } from "./names.ts";

export interface ConfigurationOptions {
  /** The environment the bot reads, with what `.env` added to it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: EnvFile;
  /** Such as 20.19.0. */
  readonly nodeVersion: string;
}

/** The least Node this bot runs on; package.json says the same. */
export const LEAST_NODE = "20.19.0";

const NAMES = SETTINGS.map(({ name }) => name);

const say = scribeOf("Configuration");

/** What the owner decided: what stops the start, what does not do what it seems to, and what is worth knowing. */
export function* examineConfiguration(options: ConfigurationOptions): Generator<Finding> {
  yield* examineNode(options.nodeVersion);
  yield* examineFile(options);
  yield* examineNames(options);
  if (isGiven(options.env, "REDIS_URL"))
    yield say.warning(
      "REDIS_URL is set, and this version does not use Redis: everything is kept in DATABASE_URL.",
      "Unset REDIS_URL, and run one process of the bot only.",
    );
  const read = tryReadConfig(options.env);
  if (Array.isArray(read)) {
    for (const problem of read) yield failureOf(problem);
    yield say.note("Nothing else can be checked before this is mended.");
    return;
  }
  yield* adviceOn(read, (name) => isGiven(options.env, name));
  yield say.ok(`${summaryOf(read)} ${countOf(options)}`);
}

/** The configuration, or every problem with it. */
export function tryReadConfig(env: ConfigurationOptions["env"]): Config | string[] {
  try {
    return readConfig(env);
  } catch (error) {
    if (error instanceof BotError) return error.message.split("\n");
    throw error;
  }
}

/** "PORT: set …" as a finding: the variable is the trouble, the sentence is the way out. */
function failureOf(problem: string): Finding {
  const [, names = "A variable", sentence = problem] =
    /^([A-Z_]+(?: and [A-Z_]+)*): (.*)$/.exec(problem) ?? [];
  const verb = names.includes(" and ") ? "keep" : "keeps";
  return say.failure(`${names} ${verb} the bot from starting.`, capitalized(sentence));
}

function* examineNode(version: string): Generator<Finding> {
  const numbers = (text: string) => text.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [major = 0, minor = 0] = numbers(version);
  const [leastMajor = 0, leastMinor = 0] = numbers(LEAST_NODE);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  yield say.failure(
    `This is Node ${version}, and the bot needs ${LEAST_NODE} or newer.`,
    "Install a newer Node, then run `npm ci` again.",
  );
}

function* examineFile({ env, file }: ConfigurationOptions): Generator<Finding> {
  if (file.type === "unreadable") {
    yield say.failure(
      `.env is there and cannot be read (${file.code}), so nothing in it counts.`,
      "Let this user read the file.",
    );
  }
  if (file.type === "missing" && !NAMES.some((name) => isGiven(env, name)))
    yield say.note(
      "There is no .env in this folder and no variable is set: the defaults count.",
      "Copy .env.example to .env for a bot of your own.",
    );
  if (file.type !== "read") return;
  if (Object.keys(file.values).length === 0)
    yield say.note(".env sets nothing.", "Take the # away in front of the variables you set.");
  for (const [name, value] of Object.entries(file.values)) {
    if (!NAMES.includes(name) || env[name] === value) continue;
    const other = isGiven(env, name) ? "to something else" : "to nothing";
    yield say.warning(
      `${name} in .env does not count, because the environment sets it ${other}.`,
      `Unset ${name} in the environment (the shell, the service or the container), or take it out of .env.`,
    );
  }
}

function* examineNames({ env, file }: ConfigurationOptions): Generator<Finding> {
  const inFile = file.type === "read" ? Object.keys(file.values) : [];
  const unknown = (name: string) => !NAMES.includes(name) && name !== "REDIS_URL";
  const around = Object.keys(env).filter((name) => !inFile.includes(name) && looksLikeOurs(name, NAMES));
  for (const name of [...inFile, ...around].filter(unknown)) {
    const meant = likelyName(name, NAMES);
    const what = `${shown(name)} is no variable of this bot and does nothing.`;
    if (meant === null) yield say.note(what, "See .env.example for the names.");
    else yield say.warning(what, `Did you mean ${meant}?`);
  }
}

/** What would run, in one sentence. */
function summaryOf({ discord, slack, playground, fal }: Config): string {
  const platforms = [
    ...(discord === null ? [] : ["Discord"]),
    ...(slack === null ? [] : [`Slack (${slack.appToken === null ? "HTTP" : "Socket Mode"})`]),
    ...(playground ? ["the playground"] : []),
  ];
  const where = platforms.length === 0 ? "on no platform" : `on ${platforms.join(" and ")}`;
  return `The bot can start, ${where}, with pictures by ${fal.simulated ? "the simulator" : fal.model}.`;
}

function countOf({ env, file }: ConfigurationOptions): string {
  const given = NAMES.filter((name) => isGiven(env, name));
  const fromFile = given.filter((name) => file.type === "read" && file.values[name] === env[name]).length;
  const rest = given.length - fromFile;
  return `Variables set: ${fromFile} in .env, ${rest} in the environment.`;
}

function isGiven(env: ConfigurationOptions["env"], name: string): boolean {
  return (env[name]?.trim() ?? "") !== "";
}

/** A name that is none may be a secret on the wrong side of its equals sign. */
function shown(name: string): string {
  return name.length > 40 ? `A name of ${name.length} characters` : name;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
