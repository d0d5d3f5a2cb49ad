import type { Config } from "../config.ts";
import { isLoopback, SETTINGS } from "../settings.ts";
import { type Finding, scribeOf } from "./finding.ts";

/** Whether the owner set a variable to anything. */
type IsGiven = (name: string) => boolean;

const say = scribeOf("Configuration");

/** New accounts at fal run this many at once. Source: fal's page on concurrency limits. */
const NEW_ACCOUNT = 2;

/** What a valid configuration does that its owner may not expect. */
export function* adviceOn(config: Config, given: IsGiven): Generator<Finding> {
  yield* onPainting(config, given);
  yield* onAddresses(config);
  yield* onPlatforms(config, given);
  yield* onWeb(config);
  if (config.databaseUrl.endsWith(":memory:"))
    yield say.warning(
      "DATABASE_URL keeps everything in memory: a restart forgets all jobs, and may lose pictures that were paid for.",
      "Set DATABASE_URL to a file, such as sqlite:./data/imagine-bot.sqlite.",
    );
}

function* onPainting({ fal, discord, slack }: Config, given: IsGiven): Generator<Finding> {
  const credentials = fal.credentials ?? "";
  if (!isSendable(credentials))
    yield say.failure(
      "FAL_KEY holds a character that no key has, such as a space or a quotation mark.",
      "Copy the key again from fal's dashboard, without quotation marks.",
    );
  if (given("FAL_KEY") && given("FAL_KEY_ID"))
    yield say.note("FAL_KEY counts, and FAL_KEY_ID with FAL_KEY_SECRET does not.", "Unset one of the two.");
  if (fal.simulated && (discord !== null || slack !== null))
    yield say.warning(
      "FAL_KEY is not set: people get the simulator's pictures, marked SIMULATED.",
      "Set FAL_KEY to have real pictures.",
    );
  if (!fal.simulated && fal.concurrency > NEW_ACCOUNT)
    yield say.note(
      `FAL_CONCURRENCY is ${fal.concurrency}, and a new account at fal runs ${NEW_ACCOUNT} at once: what is more waits there, where a cancel may come too late to be free.`,
      "Compare it with the limit on fal's dashboard.",
    );
}

/** Where each secret goes when it does not go where it belongs. */
function* onAddresses({ fal, discord, slack }: Config): Generator<Finding> {
  if (fal.credentials !== null) {
    const { queue, rest, platform } = fal.urls;
    yield* redirected(
      { FAL_QUEUE_URL: queue, FAL_REST_URL: rest, FAL_PLATFORM_URL: platform },
      "fal",
      "FAL_KEY",
    );
  }
  if (discord !== null) yield* redirected({ DISCORD_API_URL: discord.apiUrl }, "Discord", "DISCORD_TOKEN");
  if (slack !== null) yield* redirected({ SLACK_API_URL: slack.apiUrl }, "Slack", "SLACK_BOT_TOKEN");
  const queue = new URL(fal.urls.queue);
  const isAllowed = fal.mediaHosts.includes(queue.host) || fal.mediaHosts.includes(queue.hostname);
  if (isLoopback(queue.hostname) && !isAllowed)
    yield say.warning(
      `FAL_QUEUE_URL leads to ${queue.host}, and FAL_MEDIA_HOSTS does not name it: a simulator's pictures there are refused.`,
      `Set FAL_MEDIA_HOSTS to ${queue.host}, if it is a simulator.`,
    );
}

function* redirected(
  urls: Readonly<Record<string, string>>,
  usual: string,
  secret: string,
): Generator<Finding> {
  const elsewhere = Object.entries(urls).filter(([name, url]) => trimmed(url) !== trimmed(defaultOf(name)));
  if (elsewhere.length === 0) return;
  const names = elsewhere.map(([name]) => name).join(", ");
  const places = elsewhere.map(([, url]) => new URL(url));
  const hosts = [...new Set(places.map(({ host }) => host))].join(" and ");
  const isOpen = places.some(({ protocol, hostname }) => protocol === "http:" && !isLoopback(hostname));
  const what = `${secret} goes to ${hosts} instead of ${usual}${isOpen ? ", unencrypted" : ""}: see ${names}.`;
  const fix = `Unset ${names}, unless this is a proxy or a simulator of yours.`;
  // On this machine it stays with whoever set it.
  yield places.every(({ hostname }) => isLoopback(hostname)) ? say.note(what, fix) : say.warning(what, fix);
}

function* onPlatforms({ discord, slack, playground }: Config, given: IsGiven): Generator<Finding> {
  if (discord === null && slack === null && !playground)
    yield say.warning(
      "Nobody can ask for pictures: no chat platform is configured, and PLAYGROUND is off.",
      "Set DISCORD_TOKEN, or SLACK_BOT_TOKEN with SLACK_APP_TOKEN, or PLAYGROUND=on.",
    );
  const idle = ["DISCORD_GUILD_ID", "DISCORD_CHANNELS"].filter(given);
  if (discord === null && idle.length > 0)
    yield say.note(
      `${idle.join(" and ")} does nothing without DISCORD_TOKEN.`,
      "Set DISCORD_TOKEN to start Discord.",
    );
  const tokens = {
    DISCORD_TOKEN: discord?.token.replace(/^Bot\s+/i, "") ?? "",
    SLACK_BOT_TOKEN: slack?.botToken ?? "",
    SLACK_APP_TOKEN: slack?.appToken ?? "",
    SLACK_SIGNING_SECRET: slack?.signingSecret ?? "",
  };
  for (const [name, token] of Object.entries(tokens))
    if (!isSendable(token))
      yield say.failure(
        `${name} holds a character that no token has, such as a space or a quotation mark.`,
        "Copy it again, without quotation marks.",
      );
  if (slack !== null && slack.appToken !== null && slack.signingSecret !== null)
    yield say.note(
      "Slack uses Socket Mode: with SLACK_APP_TOKEN set, SLACK_SIGNING_SECRET does nothing.",
      "Unset SLACK_APP_TOKEN if Slack should call you instead.",
    );
}

function* onWeb({ web, slack }: Config): Generator<Finding> {
  if (!isLoopback(web.host))
    yield say.note(
      `HOST is ${web.host}: the web server answers other machines in plain HTTP.`,
      "Put a proxy with HTTPS in front of it, so that WEB_TOKEN cannot be read on the way.",
    );
  else if (slack !== null && slack.appToken === null)
    yield say.note(
      `Slack calls you by HTTP, and HOST is ${web.host}: only a proxy on this machine can lead Slack here.`,
      `Let that proxy lead to port ${web.port}, or set HOST, or use Socket Mode (SLACK_APP_TOKEN).`,
    );
}

function defaultOf(name: string): string {
  return SETTINGS.find((setting) => setting.name === name)?.fallback ?? "";
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}

/** Whether a text can be a key or a token: visible ASCII, and nothing that only wraps one. */
function isSendable(secret: string): boolean {
  return /^[\x21-\x7e]*$/.test(secret) && !/["'`<>]/.test(secret);
}
