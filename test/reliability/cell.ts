import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";
import { FAILURE_SENTENCES } from "../../src/core/sentences.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { pictureAt } from "../e2e/at-fal.ts";
import { leadTo, openHome, type Product } from "../support/product.ts";
import { type Change, HALTED, withChanges } from "./changed-build.ts";
import { type Checkpoint, openCheckpoint, type Stop } from "./checkpoint.ts";
import { createDiscordStage } from "./discord-stage.ts";
import { createPlaygroundStage } from "./playground-stage.ts";
import { createSlackStage } from "./slack-stage.ts";
import type { PlatformCalls, PlatformName, SeenReply, Stage } from "./stage.ts";
import { type End, endsOn, type Step } from "./steps.ts";

/** Long enough that nothing ends by itself. */
const NEVER_MS = 3_600_000;
/** Far longer than a job takes here; only there so that a failure says what was seen instead. */
const PATIENCE_MS = 25_000;

/** One platform at one step, with the product that is to be killed there. */
export interface Cell {
  readonly stage: Stage;
  readonly simulator: Simulator;
  /** Between the product and fal. */
  readonly fal: Checkpoint;
  readonly product: Product;
  /** Stops a call to the platform; on the playground resolves when the process has come to its halt. */
  platformCall(call: keyof PlatformCalls, stop: Stop): Promise<void>;
  /** Resolves when a reply's words fit. */
  seen(words: RegExp): Promise<void>;
  /** Resolves when the replies have ended in these ways. */
  until(ends: readonly End[]): Promise<void>;
}

/** What a cell showed. */
export interface Outcome {
  readonly ends: readonly string[];
  readonly submits: number;
  /** Promises that were broken, as sentences; none is what we want. */
  readonly broken: readonly string[];
}

export interface CellOptions {
  /** Made to every process of the cell. */
  readonly changes?: readonly Change[];
  /** How long the second process may take to bring the job to its end, ms. @default PATIENCE_MS */
  readonly patienceMs?: number;
}

const OPENERS: Readonly<Record<PlatformName, () => Promise<Stage>>> = {
  playground: createPlaygroundStage,
  discord: createDiscordStage,
  slack: createSlackStage,
};

/** Kills the product at the step, starts it again on the same data, and tells what became of the job. */
export async function runCell(
  step: Step,
  platform: PlatformName,
  options: CellOptions = {},
): Promise<Outcome> {
  const { changes = [], patienceMs = PATIENCE_MS } = options;
  const simulator = createSimulator({
    durationMs: step.fal === "paints on" ? [NEVER_MS, NEVER_MS] : [20, 40],
    concurrency: step.fal === "queues" ? 0 : 4,
    pixelScale: 0.05,
    paint: "on-download",
    historyListsRunning: true,
  });
  const { url } = await simulator.start();
  const fal = await openCheckpoint(url);
  const stage = await OPENERS[platform]();
  const home = await openHome({
    ...leadTo(fal.url),
    FAL_KEY: "test:key",
    FAL_HISTORY_SECONDS: "1",
    ...stage.environment,
  });
  const until = (ends: readonly End[]) =>
    vi.waitFor(
      async () => {
        const now = (await stage.replies()).map(endOf).toSorted();
        if (String(now) !== String(ends.toSorted())) throw new Error(`The replies end so far: ${now}`);
      },
      { timeout: patienceMs, interval: 25 },
    );

  try {
    const halts = stage.outside === null && step.haltsPlayground !== undefined ? [step.haltsPlayground] : [];
    const product = home.start(withChanges([...changes, ...halts]));
    await stage.enter(product);
    const cell: Cell = {
      stage,
      simulator,
      fal,
      product,
      until,
      platformCall: async (call, stop) => {
        if (stage.outside === null) await product.logged(HALTED);
        else await stage.outside.checkpoint.reached(stage.outside.calls[call], stop);
      },
      seen: (words) =>
        vi.waitFor(
          async () => {
            const replies = await stage.replies();
            if (!replies.some(({ text }) => words.test(text))) throw new Error(`Nobody has read ${words}`);
          },
          { timeout: PATIENCE_MS, interval: 25 },
        ),
    };
    await step.arrive(cell);
    await product.kill();
    step.meanwhile?.(cell);

    const next = home.start(withChanges(changes));
    await stage.enter(next);
    step.afterwards?.(cell);
    const expected = endsOn(step, platform);
    await until(expected).catch(() => undefined);
    await next.logged(/"msg":"Job (done|failed|cancelled)"/).catch(() => undefined);
    await stage.replies();
    const exit = await next.stop();

    const replies = await stage.replies();
    const painted = await paintedBy(simulator, url);
    const left = await readdir(join(home.directory, "data", "pictures")).catch(() => []);
    const ends = replies.map(endOf);
    const broken = [
      ...endsBroken(ends, expected),
      ...submitsBroken(simulator, step.submits),
      ...picturesBroken(replies, painted),
      ...simulator.violations(),
      ...stage.complaints(),
      ...left.map((name) => `The file ${name} was left on the disk.`),
      ...(exit.code === 0 ? [] : [`The second process ended with ${exit.code ?? exit.signal}.`]),
      ...(expected.includes("cancelled") && !simulator.requests().every((one) => one.cancelled)
        ? ["fal was never told to stop."]
        : []),
    ];
    return { ends, submits: simulator.submits(), broken };
  } finally {
    await home.close();
    await stage.close();
    await fal.close();
    await simulator.stop();
  }
}

function endOf({ text, pictures }: SeenReply): string {
  if (pictures.length === 1) return "picture";
  if (pictures.length > 1) return `${pictures.length} pictures in one reply`;
  if (text.includes(FAILURE_SENTENCES["unknown-fate"])) return "unknown fate";
  if (text.includes("Cancelled by")) return "cancelled";
  return /In line|Painting|Asking|Waiting/i.test(text) ? "stray line" : `“${text}”`;
}

function endsBroken(ends: readonly string[], expected: readonly End[]): readonly string[] {
  const same = String(ends.toSorted()) === String(expected.toSorted());
  return same ? [] : [`The replies ended in: ${ends.join(", ")}; promised was: ${expected.join(", ")}.`];
}

function submitsBroken(simulator: Simulator, promised: number): readonly string[] {
  const submits = simulator.submits();
  return submits === promised ? [] : [`fal was asked ${submits} times; promised was ${promised}.`];
}

function picturesBroken(replies: readonly SeenReply[], painted: ReadonlySet<string>): readonly string[] {
  const shown = replies.flatMap(({ pictures }) => pictures);
  const strange = shown.filter((sha256) => !painted.has(sha256));
  return [
    ...(new Set(shown).size === shown.length ? [] : ["One picture was shown twice."]),
    ...strange.map((sha256) => `A picture was shown that fal never painted: ${sha256}.`),
  ];
}

async function paintedBy(simulator: Simulator, url: string): Promise<ReadonlySet<string>> {
  const ended = simulator.requests().filter(({ status, cancelled }) => status === 200 && !cancelled);
  const pictures = await Promise.all(ended.map(({ id }) => pictureAt(url, id)));
  return new Set(pictures.map((bytes) => createHash("sha256").update(bytes).digest("hex")));
}
