import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";
import { FAILURE_SENTENCES } from "../../src/core/sentences.ts";
import { pictureAt } from "../e2e/at-fal.ts";
import type { SeenReply, Stage } from "./stage.ts";
import type { End } from "./steps.ts";
import type { World } from "./world.ts";

/** What was promised. */
export interface Promised {
  readonly ends: readonly End[];
  readonly submits: number;
}

/** What came of it. */
export interface Outcome {
  readonly ends: readonly string[];
  readonly submits: number;
  /** Promises that were broken, as sentences; none is what we want. */
  readonly broken: readonly string[];
}

/** Resolves when the replies have ended in these ways, in any order. @throws Error with what they show instead */
export function repliesEnd(stage: Stage, ends: readonly End[], timeout: number): Promise<void> {
  const look = async () => {
    const now = (await stage.replies()).map(endOf);
    if (!same(now, ends)) throw new Error(`The replies end so far in: ${now.join(", ")}`);
  };
  return vi.waitFor(look, { timeout, interval: 25 });
}

/** Looks at the channel, at fal's bill and at the disk, after the product has stopped. */
export async function judge(
  { stage, simulator, simulatorUrl, home }: World,
  promised: Promised,
): Promise<Outcome> {
  const replies = await stage.replies();
  const ends = replies.map(endOf);
  const submits = simulator.submits();
  const requests = simulator.requests();
  const left = await readdir(join(home.directory, "data", "pictures")).catch(() => []);
  const shown = replies.flatMap(({ pictures }) => pictures);
  const wanted = requests.filter(({ cancelled }) => !cancelled);
  const painted = await Promise.all(
    wanted
      .filter(({ status }) => status === 200)
      .map(async ({ id }) => sha256Of(await pictureAt(simulatorUrl, id))),
  );
  const inputs = requests.map(({ input }) => JSON.stringify(input));
  const broken = [
    when(
      !same(ends, promised.ends),
      `The replies ended in: ${ends.join(", ")}; promised was: ${promised.ends.join(", ")}.`,
    ),
    when(
      submits !== promised.submits,
      `fal was asked for ${submits} pictures; promised was ${promised.submits}.`,
    ),
    when(new Set(inputs).size < inputs.length, "fal was asked for the same picture twice."),
    when(new Set(shown).size < shown.length, "One picture was shown twice."),
    when(!same(shown, painted), "What was shown is not what fal painted."),
    when(
      wanted.some(({ status }) => status === null),
      "A request was left running at fal.",
    ),
    ...left.map((name) => `The file ${name} was left on the disk.`),
    ...simulator.violations(),
    ...stage.complaints(),
  ];
  return { ends, submits, broken: broken.flatMap((sentence) => sentence ?? []) };
}

function endOf({ text, pictures }: SeenReply): string {
  if (pictures.length === 1) return "picture";
  if (pictures.length > 1) return `${pictures.length} pictures in one reply`;
  if (text.includes(FAILURE_SENTENCES["unknown-fate"])) return "unknown fate";
  if (text.includes("Cancelled by")) return "cancelled";
  return /^(In line|Starting|Painting|Asking|Waiting)/m.test(text) ? "stray line" : `“${text}”`;
}

const when = (isBroken: boolean, sentence: string): string | null => (isBroken ? sentence : null);
const same = (some: readonly string[], others: readonly string[]) =>
  String(some.toSorted()) === String(others.toSorted());
const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
