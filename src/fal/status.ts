import { z } from "zod";
import type { TakeProgress } from "../core/ports.ts";

const logSchema = z.looseObject({
  message: z.string(),
  timestamp: z.string().nullish().catch(null),
});

/**
 * One status of a request, from the stream or from a poll. Log entries: only `message` is certain
 * (source: fal's queue reference shows neither level nor source, the client's types demand both).
 */
export const statusSchema = z.looseObject({
  status: z.string(),
  queue_position: z.int().nonnegative().nullish().catch(null),
  logs: z.array(logSchema).nullish().catch(null),
  error: z.unknown().optional(),
  error_type: z.string().nullish().catch(null),
});
export type FalStatus = z.infer<typeof statusSchema>;

/** Where a request stands; `missing` fal does not know it · null: a word we cannot read. */
export type Phase = "waiting" | "working" | "finished" | "missing" | null;

/** fal's documented words, and those that a failed request might one day read instead of COMPLETED. */
export function phaseOf(status: FalStatus): Phase {
  switch (status.status) {
    case "IN_QUEUE":
      return "waiting";
    case "IN_PROGRESS":
      return "working";
    case "COMPLETED":
    case "OK":
    case "ERROR":
    case "FAILED":
    case "CANCELLED":
      return "finished";
    case "NOT_FOUND":
      return "missing";
    default:
      return null;
  }
}

/** Turns statuses into progress, each piece of news once. One for each take followed. */
export interface StatusReader {
  /** Null when the status says nothing new. */
  read(status: FalStatus): TakeProgress | null;
}

/** Creates a reader. Polls repeat the whole log each time and a stream may send only what is new: both work. */
export function createStatusReader(): StatusReader {
  const seen = new Set<string>();
  let shown: TakeProgress | null = null;

  function newestLog(status: FalStatus): string | null {
    let newest: string | null = null;
    for (const entry of status.logs ?? []) {
      const key = `${entry.timestamp ?? ""}\n${entry.message}`;
      if (seen.has(key)) continue;
      if (seen.size >= MAX_REMEMBERED) seen.clear();
      seen.add(key);
      newest = tidyLog(entry.message) ?? newest;
    }
    return newest;
  }

  function isNews(next: TakeProgress): boolean {
    if (shown === null || shown.type !== next.type) return true;
    if (next.type === "waiting") return shown.type === "waiting" && shown.position !== next.position;
    return next.type === "working" && next.log !== null;
  }

  return {
    read(status) {
      const log = newestLog(status);
      const phase = phaseOf(status);
      if (phase !== "waiting" && phase !== "working") return null;
      const next: TakeProgress =
        phase === "waiting"
          ? { type: "waiting", position: status.queue_position ?? null }
          : { type: "working", log };
      if (!isNews(next)) return null;
      shown = next;
      return next;
    },
  };
}

// Enough for any log a picture model writes; beyond it an old line may be shown again.
const MAX_REMEMBERED = 2000;
const MAX_LOG_LENGTH = 200;

/** The last readable line of a log message: without terminal codes, progress-bar redraws and line ends. */
export function tidyLog(message: string): string | null {
  const lines = message
    .replace(TERMINAL_CODES, "")
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[\p{Cc}\s]+/gu, " ").trim())
    .filter((line) => line !== "");
  const last = lines.at(-1);
  return last === undefined ? null : Array.from(last).slice(0, MAX_LOG_LENGTH).join("");
}

const TERMINAL_CODES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");
