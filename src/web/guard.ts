import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/**
 * Who may use a route. `open`: anybody (health). `signed`: the platform signs its requests and the route checks
 * them. `local`: anybody on this machine; from elsewhere only with the token. `token`: only with the token, and
 * nobody where there is none.
 */
export type Exposure = "open" | "signed" | "local" | "token";

export interface GuardOptions {
  /** Whether only this machine can reach the server. */
  readonly loopback: boolean;
  readonly token: string | null;
}

export interface GuardedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The token given in the address, when there was one. */
  readonly queryToken: string | null;
}

export type GuardAnswer =
  | { readonly pass: true }
  | { readonly pass: false; readonly status: 401 | 403; readonly sentence: string };

/** Name of the cookie that carries the token for pages, pictures and event streams. */
export const TOKEN_COOKIE = "imagine_token";
const PASS: GuardAnswer = { pass: true };
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Decides whether a request may come in. */
export function createGuard({ loopback, token }: GuardOptions) {
  return (exposure: Exposure, request: GuardedRequest): GuardAnswer => {
    if (exposure === "open" || exposure === "signed") return PASS;
    const { headers } = request;
    // A page elsewhere can make a browser call this machine under a name of its own (DNS rebinding).
    if (loopback && !LOCAL_HOST.test(headers.host ?? ""))
      return refuse(403, "Open this page as http://127.0.0.1 or http://localhost.");
    if (fromAnotherSite(request)) return refuse(403, "Requests from other sites are not taken.");
    if (exposure === "local" && loopback) return PASS;
    if (token === null)
      return refuse(
        403,
        "This page is closed until it has a secret. Set WEB_TOKEN to 16 characters or more (for example the output " +
          "of `openssl rand -hex 24`), start the bot again, and add ?token= with it to the address.",
      );
    return sameSecret(givenToken(request), token)
      ? PASS
      : refuse(401, "Add ?token= with the WEB_TOKEN of this bot to the address.");
  };
}

const refuse = (status: 401 | 403, sentence: string): GuardAnswer => ({ pass: false, status, sentence });

function fromAnotherSite({ method, headers }: GuardedRequest): boolean {
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return true;
  // Links from elsewhere may open the page; nothing else may be fetched or sent from there.
  const site = headers["sec-fetch-site"];
  return site === "cross-site" && (method !== "GET" || headers["sec-fetch-mode"] !== "navigate");
}

function givenToken({ headers, queryToken }: GuardedRequest): string {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
  const cookie = (headers.cookie ?? "")
    .split(/;\s*/)
    .find((pair) => pair.startsWith(`${TOKEN_COOKIE}=`))
    ?.slice(TOKEN_COOKIE.length + 1);
  return queryToken ?? bearer ?? (cookie === undefined ? "" : safeDecode(cookie));
}

function safeDecode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

/** Compares in a time that tells nothing about where they differ. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
