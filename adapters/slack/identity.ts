import { z } from "zod";
import { BotError } from "../../src/errors.ts";
import { REQUIRED_SCOPES } from "./manifest.ts";
import { SlackCallError } from "./trouble.ts";
import type { SlackWeb } from "./web.ts";

/** Who we are in Slack. */
export interface Identity {
  readonly team: string;
  readonly botId: string;
  readonly botUser: string;
  /** The workspace's own address, such as https://example.slack.com/ */
  readonly url: string;
  /** The token's scopes; null when Slack did not say. */
  readonly scopes: readonly string[] | null;
}

const Answer = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string(),
  url: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).catch({}),
});

/** Refusals of auth.test that only the owner can mend. */
const FATAL: Readonly<Record<string, string>> = {
  not_authed: "Slack does not know this token.",
  invalid_auth: "Slack does not know this token.",
  not_allowed_token_type: "It is not a bot token.",
  account_inactive: "The app was removed from its workspace.",
  token_revoked: "The token was revoked.",
  token_expired: "The token has expired.",
  no_permission: "The app may not use the Web API.",
  org_login_required: "The workspace is being moved to another organisation.",
  access_denied: "The token may not be used from here.",
  ip_address_not_allowed: "The workspace does not allow this machine's address.",
};

/** Refusals of apps.connections.open that only the owner can mend. */
const FATAL_FOR_APP: Readonly<Record<string, string>> = {
  not_allowed_token_type: "It is not an app-level token.",
  invalid_auth: "Slack does not know this token.",
  not_authed: "Slack does not know this token.",
  token_revoked: "The token was revoked.",
  token_expired: "The token has expired.",
  account_inactive: "The app was removed from its workspace.",
  missing_scope: "The token lacks the scope connections:write.",
  app_not_installed: "The app is not installed.",
  socket_mode_not_enabled: "Socket Mode is switched off for this app.",
};

/** Where the way out is not another token. */
const REMEDIES_FOR_APP: Readonly<Record<string, string>> = {
  socket_mode_not_enabled: "Switch Socket Mode on in the app's settings, under Socket Mode.",
  app_not_installed: "Install the app to the workspace, under Install App.",
};

const NEW_APP_TOKEN =
  "Make an app-level token (xapp-…) with the scope connections:write under Basic Information and set it.";

/** What Slack's word of refusal says about the app-level token; null for trouble that may pass. */
export function appTokenProblem(word: string): BotError | null {
  const why = FATAL_FOR_APP[word];
  if (why === undefined) return null;
  return new BotError(`SLACK_APP_TOKEN was refused by Slack (${word}). ${why}`, {
    code: "config",
    context: { variable: "SLACK_APP_TOKEN", word },
    remedy: REMEDIES_FOR_APP[word] ?? NEW_APP_TOKEN,
  });
}

/** Asks Slack who we are. @throws BotError `config` for a token that will never do, else SlackCallError. */
export async function identify(web: SlackWeb): Promise<Identity> {
  try {
    const answer = Answer.safeParse(await web.once("auth.test", {}));
    if (!answer.success) throw tokenProblem("wrong_kind", "It belongs to a person, not to an app's bot.");
    const { team_id, user_id, bot_id, url, response_metadata } = answer.data;
    return { team: team_id, botId: bot_id, botUser: user_id, url, scopes: response_metadata.scopes ?? null };
  } catch (error) {
    const word = error instanceof SlackCallError ? error.word : null;
    const why = word === null ? undefined : FATAL[word];
    throw word === null || why === undefined ? error : tokenProblem(word, why);
  }
}

/** @throws BotError `config` when scopes are missing without which pictures cannot be shown. */
export function checkScopes(identity: Identity): void {
  if (identity.scopes === null) return;
  const missing = REQUIRED_SCOPES.filter((scope) => identity.scopes?.includes(scope) !== true);
  if (missing.length === 0) return;
  throw new BotError(`SLACK_BOT_TOKEN lacks the scope ${missing.join(", ")}.`, {
    code: "config",
    context: { variable: "SLACK_BOT_TOKEN", missing: missing.join(" ") },
    remedy:
      "Add it under OAuth & Permissions (or paste the manifest again), then reinstall the app to the workspace.",
  });
}

/** What a token's first letters tell, before Slack is asked. @throws BotError `config` */
export function checkTokenKinds(botToken: string, appToken: string | null): void {
  const kind = kindOf(botToken);
  if (kind !== null && kind !== "bot") throw tokenProblem("wrong_kind", `It holds ${NAMES[kind]}.`);
  const appKind = appToken === null ? null : kindOf(appToken);
  if (appKind === null || appKind === "app") return;
  throw new BotError(`SLACK_APP_TOKEN cannot be used (wrong_kind). It holds ${NAMES[appKind]}.`, {
    code: "config",
    context: { variable: "SLACK_APP_TOKEN", word: "wrong_kind" },
    remedy: NEW_APP_TOKEN,
  });
}

type TokenKind = "bot" | "app" | "user" | "refresh";
const NAMES: Readonly<Record<TokenKind, string>> = {
  bot: "a bot token (xoxb-…)",
  app: "an app-level token (xapp-…)",
  user: "a person's token (xoxp-…)",
  refresh: "a refresh token (xoxe-…)",
};

function kindOf(token: string): TokenKind | null {
  if (/^(xoxe\.)?xoxb-/.test(token)) return "bot";
  if (token.startsWith("xapp-")) return "app";
  if (/^(xoxe\.)?xoxp-/.test(token)) return "user";
  return token.startsWith("xoxe-") ? "refresh" : null;
}

function tokenProblem(word: string, why: string): BotError {
  return new BotError(`SLACK_BOT_TOKEN was refused by Slack (${word}). ${why}`, {
    code: "config",
    context: { variable: "SLACK_BOT_TOKEN", word },
    remedy: "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions and set it.",
  });
}
