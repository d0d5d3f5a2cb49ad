import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { type Finding, scribeOf } from "../../src/doctor/finding.ts";
import { BotError } from "../../src/errors.ts";
import { appTokenProblem, checkScopes, checkTokenKinds, type Identity, identify } from "./identity.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "./manifest.ts";
import { BOT_NAME } from "./shortcuts.ts";
import { SlackCallError } from "./trouble.ts";
import { createSlackWeb, type SlackWeb } from "./web.ts";

export interface SlackDiagnosisOptions {
  /** xoxb-… */
  readonly botToken: string;
  /** xapp-…; null in HTTP mode. */
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** Base of the Web API, with a trailing slash. */
  readonly apiUrl: string;
  readonly clock: Clock;
  /** Longest time of one call, ms. @default 8000 */
  readonly timeoutMs?: number;
}

const say = scribeOf("Slack");

/** Scopes with which Slack tells which channels the bot is in; the bot itself needs neither. [users.conversations] */
const CHANNEL_SCOPES: Readonly<Record<string, string>> = {
  "channels:read": "public_channel",
  "groups:read": "private_channel",
};

/** Looks at the app's standing in Slack. It opens no connection and changes nothing. */
export async function* diagnoseSlack(options: SlackDiagnosisOptions): AsyncGenerator<Finding> {
  const { botToken, appToken, signingSecret, apiUrl, clock, timeoutMs = 8000 } = options;
  const host = new URL(apiUrl).host;
  const webWith = (token: string) =>
    createSlackWeb({
      token,
      apiUrl,
      timeoutMs,
      clock,
      log: { info() {}, warn() {} },
    });
  try {
    checkTokenKinds(botToken, appToken);
    const web = webWith(botToken);
    const identity = await identify(web).catch(refusalIn);
    if (identity instanceof BotError) yield troubleWith(identity, host);
    else {
      yield say.ok(`The bot token is good (${identity.url}).`);
      yield* ofScopes(identity);
    }
    if (appToken !== null) yield await ofAppToken(webWith(appToken), host);
    else yield* ofSigningSecret(signingSecret ?? "");
    if (identity instanceof BotError) return;
    yield await ofChannels(web, identity.scopes ?? []);
    yield say.note(
      `Slack does not show a bot its settings for events, commands${appToken === null ? ", request URL" : ""} and shortcuts.`,
      "If something in Slack does nothing, compare App Manifest in the app's settings with " +
        `${appToken === null ? "slack-manifest.http.yaml" : "slack-manifest.yaml"}, save, and reinstall.`,
    );
  } catch (error) {
    yield troubleWith(error, host);
  }
}

/** A refused token is a finding, and the other token is still worth a look; anything else ends the check. */
function refusalIn(error: unknown): BotError {
  if (error instanceof BotError && error.code === "config") return error;
  throw error;
}

function* ofScopes(identity: Identity): Generator<Finding> {
  const { scopes } = identity;
  if (scopes === null) return yield say.note("Slack did not tell which scopes the bot token has.");
  try {
    checkScopes(identity);
  } catch (error) {
    return yield troubleWith(error, "");
  }
  yield say.ok(`The bot token has every scope of the manifest (${REQUIRED_SCOPES.length}).`);
  const optional = OPTIONAL_SCOPES.map(({ scope }) => scope);
  for (const { scope, reason } of OPTIONAL_SCOPES)
    if (!scopes.includes(scope))
      yield say.note(
        `The optional scope ${scope} is not there. What it is for: ${reason}.`,
        "Add it under OAuth & Permissions and reinstall, if you want that.",
      );
  const used = [...REQUIRED_SCOPES, ...optional, ...Object.keys(CHANNEL_SCOPES)];
  const unused = scopes.filter((scope) => !used.includes(scope));
  if (unused.length > 0)
    yield say.note(
      `The bot token may do more than the bot needs: ${unused.join(", ")}.`,
      "Take them away under OAuth & Permissions and reinstall, unless another program uses this app.",
    );
}

/** Slack gives an address to connect to, which runs out unused. */
async function ofAppToken(web: SlackWeb, host: string): Promise<Finding> {
  try {
    await web.once("apps.connections.open", {});
    return say.ok("The app-level token is good, and Socket Mode is on.");
  } catch (error) {
    const word = error instanceof SlackCallError ? error.word : null;
    const problem = word === null ? null : appTokenProblem(word);
    return troubleWith(problem ?? error, host);
  }
}

function* ofSigningSecret(secret: string): Generator<Finding> {
  if (/^[0-9a-f]{32}$/.test(secret))
    yield say.note(
      "Whether SLACK_SIGNING_SECRET is the right one shows only when Slack calls.",
      "If Slack says that your URL did not respond, copy the secret again from Basic Information, App Credentials.",
    );
  else
    yield say.warning(
      "SLACK_SIGNING_SECRET does not look like one: it has 32 digits and letters from a to f.",
      "Copy the Signing Secret from Basic Information, App Credentials.",
    );
}

const channelsShape = z.object({
  channels: z.array(z.unknown()),
  response_metadata: z.object({ next_cursor: z.string() }).partial().optional(),
});

async function ofChannels(web: SlackWeb, scopes: readonly string[]): Promise<Finding> {
  const invite = `Type /invite @${BOT_NAME} in every channel that should have pictures.`;
  const types = Object.entries(CHANNEL_SCOPES).flatMap(([scope, type]) =>
    scopes.includes(scope) ? [type] : [],
  );
  if (types.length === 0)
    return say.note(
      "Its scopes do not let the bot see which channels it is in; where it is not, it asks people to invite it.",
      invite,
    );
  const args = { types: types.join(","), exclude_archived: true, limit: 200 };
  const answer = channelsShape.safeParse(await web.once("users.conversations", args));
  if (!answer.success) return say.note("Slack did not tell which channels the bot is in.", invite);
  const count = answer.data.channels.length;
  const kind = types.length === 2 ? "" : types[0] === "public_channel" ? "public " : "private ";
  if (count === 0) return say.warning(`The bot is in no ${kind}channel.`, invite);
  const more = (answer.data.response_metadata?.next_cursor ?? "") !== "" ? " or more" : "";
  return say.ok(`The bot is in ${count}${more} ${kind}channel${count === 1 ? "" : "s"}.`);
}

function troubleWith(error: unknown, host: string): Finding {
  if (error instanceof SlackCallError) return ofCall(error, host);
  if (error instanceof BotError) return say.failure(error.message, error.remedy ?? "");
  throw error;
}

function ofCall({ trouble, method }: SlackCallError, host: string): Finding {
  switch (trouble.type) {
    case "refused":
      return say.failure(
        `Slack refuses ${method} (${trouble.word}).`,
        "Look at the app's settings at https://api.slack.com/apps, and reinstall the app.",
      );
    case "paced":
      return say.warning("Slack asks for patience.", "Wait a minute, then run the doctor again.");
    case "not-sent":
    case "unknown":
      return say.failure(
        `${host} cannot be reached, or does not answer as Slack does.`,
        "Look at this machine's network, at SLACK_API_URL if you set it, and at https://slack-status.com; the bot tries again by itself.",
      );
  }
}
