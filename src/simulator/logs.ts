import type { StoredRequest } from "./request.ts";

/** A line of a running model, as fal shows it. */
export interface LogLine {
  readonly message: string;
  readonly level: "INFO";
  readonly source: "USER";
  /** ISO 8601. */
  readonly timestamp: string;
}

const STEPS = 30;
const SCRIPT: readonly (readonly [share: number, message: string])[] = [
  [0, "Loading model"],
  [0.08, "Reading prompt"],
  ...[6, 12, 18, 24, STEPS].map((step) => [0.1 + (0.8 * step) / STEPS, `Sampling ${step}/${STEPS}`] as const),
  [0.94, "Decoding image"],
  [0.98, "Uploading image"],
];

/** A model that never ends still talks: as if it took this long. */
const ENDLESS_MS = 8000;

/** When the request's lines appear, epoch ms, ascending; empty while it waits. */
export function logMoments(request: StoredRequest): readonly number[] {
  const { startedAt } = request;
  if (startedAt === null) return [];
  const script = request.durationMs === null ? SCRIPT.slice(0, 5) : SCRIPT;
  return script.map(([share]) => startedAt + share * (request.durationMs ?? ENDLESS_MS));
}

/** The lines there are by now. */
export function logsAt(request: StoredRequest, now: number): readonly LogLine[] {
  const until = Math.min(now, request.finishedAt ?? now);
  return logMoments(request).flatMap((at, index): LogLine[] => {
    const message = SCRIPT[index]?.[1];
    if (at > until || message === undefined) return [];
    return [{ message, level: "INFO", source: "USER", timestamp: new Date(at).toISOString() }];
  });
}
