import { z } from "zod";
import type { Clock } from "../core/clock.ts";

/** What can be changed while the simulator runs, in the program or through `POST /_simulator/settings`. */
export const settingsSchema = z.strictObject({
  /** Requests that run at once; further ones wait in fal's queue. New fal accounts have 2. */
  concurrency: z.number().int().min(0),
  /** Shortest and longest run, ms. */
  durationMs: z.tuple([z.number().min(0), z.number().min(0)]).readonly(),
  /** Why the account is locked ("Exhausted balance. …"); null: it is not. Submits are then refused with 403. */
  lockReason: z.string().nullable(),
  /** What a running request does when it is cancelled: fal only signals it, and a model may ignore that. */
  cancelRunning: z.enum(["stops", "ignored"]),
  /** fal: log lines are not available for all models. */
  logs: z.enum(["available", "none"]),
  /** Whether each event of the status stream carries new log lines only, or all of them. */
  streamLogs: z.enum(["incremental", "cumulative"]),
  /** `none`: the status stream answers 405, as where a proxy does not let it through. */
  streaming: z.enum(["available", "none"]),
  /** How long after it could be listed a request appears in the history, ms. */
  historyDelayMs: z.number().min(0),
  /** Whether the history lists requests that have not ended. */
  historyListsRunning: z.boolean(),
  /** Scales pictures down, 1 is fal's size. */
  pixelScale: z.number().positive().max(1),
  /** Pads every picture to at least so many bytes; null: as painted. */
  pictureBytes: z.number().int().positive().nullable(),
  /** When to paint: ahead, so that the picture is there when the request ends, or on the first download. */
  paint: z.enum(["ahead", "on-download"]),
});

/** See `settingsSchema`. */
export type SimulatorSettings = Readonly<z.infer<typeof settingsSchema>>;

/** Some of the settings. */
export type SettingsChange = Partial<SimulatorSettings>;

export const DEFAULT_SETTINGS: SimulatorSettings = {
  concurrency: 2,
  durationMs: [4000, 8000],
  lockReason: null,
  cancelRunning: "stops",
  logs: "available",
  streamLogs: "incremental",
  streaming: "available",
  historyDelayMs: 0,
  historyListsRunning: false,
  pixelScale: 1,
  pictureBytes: null,
  paint: "ahead",
};

/** How a simulator starts. Everything has a default. */
export interface SimulatorOptions extends SettingsChange {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** Keys (`id:secret`) that are let in; without it any key is, and none. */
  readonly keys?: readonly string[];
  /** Applications (`owner/app`) that exist; without it every one does. */
  readonly applications?: readonly string[];
  /** Folder for the record of requests, so that they outlive the process; without it they are in memory only. */
  readonly dataDir?: string;
  /** Makes durations the same in every run. */
  readonly seed?: number;
  /** @default the system's */
  readonly clock?: Clock;
  /** Waits between tries of a webhook, ms; one more try than entries. fal makes about ten tries over two hours. */
  readonly webhookRetryMs?: readonly number[];
  /** Silence after which the status stream sends a comment line, ms. @default 15000, as fal does */
  readonly streamCommentMs?: number;
}
