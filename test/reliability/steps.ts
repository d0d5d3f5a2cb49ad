import type { Cell } from "./cell.ts";
import { type Change, HALT } from "./changed-build.ts";
import type { PlatformName } from "./stage.ts";

/** How a reply ends for the person. `stray line`: a status line of a first post whose answer was lost. */
export type End = "picture" | "unknown fate" | "cancelled" | "stray line";

/** A step of a job's life at which the process is killed. */
export interface Step {
  readonly name: string;
  /** The moment of the kill, in words. */
  readonly moment: string;
  /** What the channel holds after the next start, in any order. */
  readonly ends: readonly End[];
  /** Where a platform differs. */
  readonly endsOn?: Partial<Record<PlatformName, readonly End[]>>;
  /** Pictures that fal was asked for, over all lives of the process. */
  readonly submits: number;
  /** How fal behaves: paints at once, keeps the request in its line, or paints until it is told to end. */
  readonly fal: "paints" | "queues" | "paints on";
  /** Where the playground's own process stands still, since no call leaves it. */
  readonly haltsPlayground?: Change;
  /** Brings the job to the step; resolves when it is there. */
  arrive(cell: Cell): Promise<void>;
  /** What happens while the product is down. */
  meanwhile?(cell: Cell): void;
  /** What happens once it runs again. */
  afterwards?(cell: Cell): void;
  /** What the next process must have logged before it is looked at. */
  readonly logged?: RegExp;
}

const APP = String.raw`\/imagineart\/imagineart-1\.5-pro-preview`;
const AT_FAL = {
  submit: new RegExp(String.raw`^POST ${APP}\/text-to-image`),
  status: new RegExp(String.raw`^GET ${APP}\S*\/requests\/[\w-]+\/status`),
  result: new RegExp(String.raw`^GET ${APP}\S*\/requests\/[\w-]+(\/response)? `),
  media: /^GET \/files\//,
  cancel: /^PUT \S+\/cancel/,
} as const;

const GENERATION = "src/core/generation.js";

/** Every step, in the order of a job's life. */
export const STEPS: readonly Step[] = [
  {
    name: "accepted",
    moment: "the job is stored, its reply has not reached the platform",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    haltsPlayground: {
      file: GENERATION,
      from: "const ahead = await queue.ahead(job.id);",
      to: `${HALT}; const ahead = null;`,
    },
    async arrive(cell) {
      const there = cell.platformCall("post", "never-arrives");
      cell.stage.imagine();
      await there;
    },
  },
  {
    name: "reply posted",
    moment: "the reply stands, its address is not stored",
    ends: ["picture"],
    endsOn: { slack: ["stray line", "picture"] },
    submits: 1,
    fal: "paints",
    haltsPlayground: {
      file: GENERATION,
      from: "reply = await sayOnce(job, view, say);",
      to: `reply = await sayOnce(job, view, say); ${HALT};`,
    },
    async arrive(cell) {
      const there = cell.platformCall("post", "answer-withheld");
      cell.stage.imagine();
      await there;
    },
  },
  {
    name: "submitting",
    moment: "the mark is stored, the submit has not reached fal",
    ends: ["unknown fate"],
    submits: 0,
    fal: "paints",
    arrive: (cell) => imagineUpTo(cell, AT_FAL.submit, "never-arrives"),
  },
  {
    name: "ticket not saved",
    moment: "fal has the submit, its answer with the ticket has not come",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    arrive: (cell) => imagineUpTo(cell, AT_FAL.submit, "answer-withheld"),
  },
  {
    name: "waiting at fal",
    moment: "the ticket is stored, the request waits in fal's line",
    ends: ["picture"],
    submits: 1,
    fal: "queues",
    arrive: (cell) => imagineUpTo(cell, AT_FAL.status, "passes"),
    afterwards: ({ simulator }) => simulator.set({ concurrency: 4 }),
  },
  {
    name: "working",
    moment: "the reply says that it is being painted",
    ends: ["picture"],
    submits: 1,
    fal: "paints on",
    arrive: imagineUpToPainting,
    afterwards: finishAll,
  },
  {
    name: "painted while down",
    moment: "as before, and fal ends while the bot is down",
    ends: ["picture"],
    submits: 1,
    fal: "paints on",
    arrive: imagineUpToPainting,
    meanwhile: finishAll,
  },
  {
    name: "finished at fal",
    moment: "fal has said that it is done, the result is not fetched",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    arrive: (cell) => imagineUpTo(cell, AT_FAL.result, "never-arrives"),
  },
  {
    name: "result fetched",
    moment: "the result is stored, the download has not begun",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    arrive: (cell) => imagineUpTo(cell, AT_FAL.media, "never-arrives"),
  },
  {
    name: "downloading",
    moment: "half of the picture is here",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    arrive: (cell) => imagineUpTo(cell, AT_FAL.media, "half-answered"),
  },
  {
    name: "uploading",
    moment: "the platform has none of the picture yet",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    haltsPlayground: {
      file: "adapters/playground/replies.js",
      from: "const next = storedView(view, await shelve(id, view));",
      to: `const next = storedView(view, await shelve(id, view)); if (view.images.length > 0) ${HALT};`,
    },
    async arrive(cell) {
      const there = cell.platformCall("upload", "never-arrives");
      cell.stage.imagine();
      await there;
    },
  },
  {
    name: "shown, not saved",
    moment: "the picture is in the reply, the job is not stored as done",
    ends: ["picture"],
    submits: 1,
    fal: "paints",
    haltsPlayground: {
      file: "src/core/delivery.js",
      from: "const ended = await book.change(job.id",
      to: `${HALT}; const ended = await book.change(job.id`,
    },
    async arrive(cell) {
      const there = cell.platformCall("showPicture", "answer-withheld");
      cell.stage.imagine();
      await there;
    },
  },
  {
    name: "reroll pressed",
    moment:
      "the second job is stored, its reply has not reached the platform; the press is delivered again later",
    ends: ["picture", "picture"],
    submits: 2,
    fal: "paints",
    haltsPlayground: {
      file: GENERATION,
      from: "const ahead = await queue.ahead(job.id);",
      to: `if (job.parentId !== null) ${HALT}; const ahead = await queue.ahead(job.id);`,
    },
    async arrive(cell) {
      cell.stage.imagine();
      await cell.product.logged(/"msg":"Job done"/);
      await cell.until(["picture"]);
      const there = cell.platformCall("post", "never-arrives");
      cell.stage.reroll();
      await there;
    },
    afterwards: ({ stage }) => stage.redeliver(),
    logged: /"msg":"event-repeated"/,
  },
  {
    name: "cancel pressed",
    moment: "the cancel is stored, fal has not heard of it",
    ends: ["cancelled"],
    submits: 1,
    fal: "paints on",
    async arrive(cell) {
      await imagineUpToPainting(cell);
      const there = cell.fal.reached(AT_FAL.cancel, "never-arrives");
      cell.stage.cancel();
      await there;
    },
  },
];

export const endsOn = (step: Step, platform: PlatformName): readonly End[] =>
  step.endsOn?.[platform] ?? step.ends;

async function imagineUpTo(
  cell: Cell,
  call: RegExp,
  stop: "never-arrives" | "answer-withheld" | "half-answered" | "passes",
): Promise<void> {
  const there = cell.fal.reached(call, stop);
  cell.stage.imagine();
  await there;
}

async function imagineUpToPainting(cell: Cell): Promise<void> {
  cell.stage.imagine();
  await cell.seen(/Painting/);
}

function finishAll({ simulator }: Cell): void {
  for (const { id } of simulator.requests()) simulator.finish(id);
}
