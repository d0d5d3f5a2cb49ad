import { webApi } from "@slack/bolt";
import type { Clock } from "../../src/core/clock.ts";
import { type SlackLog, sdkLogger } from "./log.ts";
import { SlackCallError, troubleOf } from "./trouble.ts";

/** A call's arguments; Slack's client writes objects as JSON. */
export type CallArgs = Readonly<Record<string, unknown>>;

/** Slack's Web API. Every answer is checked by whoever asked. */
export interface SlackWeb {
  /** One try, never repeated. @throws SlackCallError */
  once(method: string, args: CallArgs): Promise<unknown>;
  /** Tries again while the trouble may pass, for some seconds: only for calls that may be repeated. @throws SlackCallError */
  patiently(method: string, args: CallArgs): Promise<unknown>;
  /** Tries the same way with a call of one's own. */
  retrying<T>(call: () => Promise<T>): Promise<T>;
}

export interface SlackWebOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: SlackLog;
}

/** Waits between tries, ms. Short, because whoever asked tries again too, and a stopping process waits for us. */
const PAUSES_MS = [300, 1000, 3000] as const;
/** Patience with 429 in one call, ms; more is left to whoever asked. */
const MAX_PACED_MS = 5000;

/**
 * What every client of Slack's is made with. The SDK's own retries are switched off everywhere: they repeat
 * chat.postMessage after a lost answer (two messages), and one 429 stalls every other call of the client.
 */
export function clientOptions(
  options: Pick<SlackWebOptions, "apiUrl" | "timeoutMs" | "log">,
): webApi.WebClientOptions {
  // A fresh object each time: bolt and socket-mode change the one they are given. Never any headers, for the same reason.
  return {
    slackApiUrl: options.apiUrl,
    timeout: options.timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: sdkLogger(options.log),
  };
}

export function createSlackWeb(options: SlackWebOptions): SlackWeb {
  const { clock } = options;
  const client = new webApi.WebClient(options.token, clientOptions(options));

  async function once(method: string, args: CallArgs): Promise<unknown> {
    try {
      return await client.apiCall(method, { ...args });
    } catch (error) {
      throw new SlackCallError(method, troubleOf(error), error);
    }
  }

  async function retrying<T>(call: () => Promise<T>): Promise<T> {
    let failures = 0;
    let pacedMs = 0;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof SlackCallError) || error.trouble.type === "refused") throw error;
        if (error.trouble.type === "paced") {
          pacedMs += error.trouble.retryAfterMs;
          if (pacedMs > MAX_PACED_MS) throw error;
          await clock.sleep(error.trouble.retryAfterMs);
          continue;
        }
        const pause = PAUSES_MS[failures];
        if (pause === undefined) throw error;
        failures += 1;
        await clock.sleep(pause);
      }
    }
  }

  return { once, patiently: (method, args) => retrying(() => once(method, args)), retrying };
}
