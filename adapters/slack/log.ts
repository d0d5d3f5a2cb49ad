import type { Logger, LogLevel } from "@slack/bolt";
import { webApi } from "@slack/bolt";

/** Where the adapter's own lines go; pino's loggers fit. Never given a prompt, a name or a token. */
export interface SlackLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
}

/**
 * A logger for Slack's packages. Their debug and info lines hold whole requests, prompts included, so only warnings
 * and errors pass, as warnings: what they mean for a reply is told by our own errors.
 */
export function sdkLogger(log: SlackLog): Logger {
  const pass = (...words: readonly unknown[]) =>
    log.warn({ from: "slack-sdk" }, words.filter(isText).join(" "));
  const drop = () => undefined;
  let level: LogLevel = webApi.LogLevel.WARN;
  return {
    debug: drop,
    info: drop,
    warn: pass,
    error: pass,
    setLevel: (next) => {
      level = next;
    },
    getLevel: () => level,
    setName: drop,
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
