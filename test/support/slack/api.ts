import type { Clock } from "../../../src/core/clock.ts";
import { chatMethods } from "./chat.ts";
import { directoryMethods } from "./directory.ts";
import type { Fields } from "./fields.ts";
import { str } from "./fields.ts";
import { fileMethods } from "./files.ts";
import type { Rates } from "./rates.ts";
import type { SlackState } from "./state.ts";
import { viewMethods } from "./views.ts";

/** What a method needs to act. */
export interface MethodContext {
  readonly state: SlackState;
  readonly clock: Clock;
  readonly token: string;
  /** Where this emulator listens, without a trailing slash. */
  readonly origin: string;
  /** How long Slack works on an uploaded file before it may be shown. */
  readonly fileReadyMs: number;
  /** How long blocks still refuse it after files.info has called it ready. */
  readonly fileShownMs: number;
  /** A single-use WebSocket address. */
  issueTicket(): string;
}

/** Slack's answer without `ok`, or its word for what is wrong. */
export type Answer = Fields | { readonly error: string; readonly errors?: readonly string[] };

export interface Method {
  /** The scope a token needs; null: none. Some methods need several, by what is asked. */
  readonly scope: string | null | ((args: Fields) => readonly string[]);
  readonly kind: "bot" | "app";
  run(args: Fields, context: MethodContext): Answer;
}

export const METHODS: Readonly<Record<string, Method>> = {
  ...chatMethods,
  ...directoryMethods,
  ...fileMethods,
  ...viewMethods,
};

/** What tokens there are: kind and scopes. */
export type Tokens = ReadonlyMap<
  string,
  { readonly kind: "bot" | "app"; readonly scopes: readonly string[] }
>;

export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Fields;
}

/** One Web API call, with every check Slack makes before it acts. */
export function callMethod(
  name: string,
  args: Fields,
  parts: { readonly tokens: Tokens; readonly rates: Rates; readonly context: MethodContext },
): ApiReply {
  const { tokens, rates, context } = parts;
  const method = METHODS[name];
  if (method === undefined) return refusal({ error: "unknown_method" });
  if (context.token === "") return refusal({ error: "not_authed" });
  const token = tokens.get(context.token);
  if (token === undefined) return refusal({ error: "invalid_auth" });
  if (token.kind !== method.kind) return refusal({ error: "not_allowed_token_type" });
  const headers = { "x-oauth-scopes": token.scopes.join(",") };
  const needed = typeof method.scope === "function" ? method.scope(args) : [method.scope ?? []].flat();
  if (needed.some((scope) => !token.scopes.includes(scope))) {
    const provided = token.scopes.join(",");
    return {
      status: 200,
      headers,
      body: { ok: false, error: "missing_scope", needed: needed.join(","), provided },
    };
  }
  const wait = rates.check(name, str(args, "channel"));
  if (wait !== null) {
    const body = { ok: false, error: "ratelimited" };
    return { status: 429, headers: { ...headers, "retry-after": String(wait) }, body };
  }
  const answer = method.run(args, context);
  if ("error" in answer && typeof answer["error"] === "string") return { ...refusal(answer), headers };
  return { status: 200, headers, body: { ok: true, ...answer } };
}

function refusal(answer: Fields): ApiReply {
  const errors = answer["errors"];
  const messages = Array.isArray(errors) ? errors.map((error) => `[ERROR] ${String(error)}`) : [];
  const body = { ok: false, ...answer, ...(messages.length > 0 && { response_metadata: { messages } }) };
  return { status: 200, headers: {}, body };
}
