import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { startBot } from "./bot.ts";
import { ENDPOINT, type Fal, type FalRequest, startFal } from "./fal.ts";
import { openPage, type Page } from "./page.ts";
import { withFolder } from "./place.ts";
import { startPlainLoop } from "./plain.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** How soon one side noticed, over all its takes. */
export interface Side {
  /** From fal's finish to the arrival of the first question for the result at fal, ms. */
  readonly noticedMs: Spread;
  /** From fal's finish to the picture in the reply (the bot) or whole in memory (the plain loop), ms. */
  readonly pictureMs: Spread;
  /** Status calls of each take over its time at fal, a second; an opened stream counts as one call. */
  readonly callsPerSecond: Spread;
}

export interface NoticeResult {
  readonly takes: number;
  readonly inFlight: number;
  readonly durationMs: readonly [number, number];
  readonly pictureBytes: number;
  /** With fal's status stream. */
  readonly bot: Side;
  readonly plain: Side;
  /** As where no stream can be had, so that the bot has to poll; null when left out. */
  readonly withoutStream: { readonly bot: Side; readonly plain: Side } | null;
  /** Rules of fal's that were broken, by either side. */
  readonly violations: readonly string[];
}

export interface NoticeOptions {
  readonly takes: number;
  readonly inFlight: number;
  readonly withoutStream: "measured" | "left out";
  readonly signal: AbortSignal;
}

const DURATION_MS = [1500, 9000] as const;
// The simulator keeps 64 MB of pictures: at this size every one is still there when it is asked for.
const PICTURE_BYTES = 1_000_000;

/** The bot and the plain loop side by side, at the same time, against the same simulator. */
export async function measureNotice(options: NoticeOptions): Promise<NoticeResult> {
  const { takes, inFlight } = options;
  const fal = await startFal();
  try {
    // Small to paint, so that painting does not take the processors from what is measured.
    const paint = { durationMs: [...DURATION_MS] as [number, number], pixelScale: 0.05 };
    await fal.set({ ...paint, pictureBytes: PICTURE_BYTES, streaming: "available" });
    const streamed = await race(fal, options);
    await fal.set({ streaming: "none" });
    const withoutStream = options.withoutStream === "measured" ? await race(fal, options) : null;
    return {
      takes,
      inFlight,
      durationMs: DURATION_MS,
      pictureBytes: PICTURE_BYTES,
      ...streamed,
      withoutStream,
      violations: await fal.violations(),
    };
  } finally {
    await fal.stop();
  }
}

/** One run of both, with a bot that has never seen a take. */
function race(fal: Fal, options: NoticeOptions): Promise<{ readonly bot: Side; readonly plain: Side }> {
  return withFolder(async (folder) => {
    const { takes, inFlight, signal } = options;
    const bot = await startBot({ folder, falUrl: fal.url, concurrency: inFlight, by: "node", signal });
    const plain = await startPlainLoop();
    const page = await openPage(bot.url);
    try {
      const inputs = Array.from({ length: takes }, () => ({
        prompt: `plain ${randomUUID()}`,
        seed: randomInt(1, 2 ** 31),
      }));
      const order = { url: fal.url, endpoint: ENDPOINT, inputs, inFlight };
      const [shown, downloaded] = await Promise.all([paintAll(page, options), plain.run(order, takes)]);

      const requests = await fal.requests();
      const arrivals = await fal.arrivals();
      const byPrompt = new Map(requests.map((request) => [request.input.prompt, request]));
      const byId = new Map(requests.map((request) => [request.id, request]));
      return {
        bot: sideOf(
          shown.map(({ prompt, at }) => ({ request: byPrompt.get(prompt), at })),
          arrivals,
        ),
        plain: sideOf(
          downloaded.map(({ requestId, at }) => ({ request: byId.get(requestId), at })),
          arrivals,
        ),
      };
    } finally {
      page.close();
      await Promise.all([plain.stop(), bot.stop()]);
    }
  });
}

interface Shown {
  readonly prompt: string;
  readonly at: number;
}

/** So many people, each asking for the next picture when the last one is there. */
async function paintAll(page: Page, { takes, inFlight, signal }: NoticeOptions): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  let asked = 0;
  async function person(): Promise<void> {
    await sleep(randomInt(0, 500), undefined, { signal });
    while (asked < takes) {
      asked += 1;
      const prompt = `bot ${randomUUID()}`;
      const { at, name, bytes } = await page.picture(await page.imagine(prompt));
      shown.push({ prompt, at });
      // Afterwards, so that it does not count: a reply must lead to the very picture.
      const loaded = await page.load(name);
      if (bytes !== PICTURE_BYTES || loaded !== PICTURE_BYTES)
        throw new Error(`A picture of ${PICTURE_BYTES} bytes came out with ${loaded}`);
    }
  }
  await Promise.all(Array.from({ length: inFlight }, person));
  return shown;
}

function sideOf(
  takes: readonly { readonly request: FalRequest | undefined; readonly at: number }[],
  arrivals: ReadonlyMap<string, number>,
): Side {
  const measured = takes.map(({ request, at }) => {
    const asked = request === undefined ? undefined : arrivals.get(request.id);
    if (request?.finishedAt == null || asked === undefined) throw new Error("A take is unknown to fal");
    const { acceptedAt, finishedAt, calls } = request;
    return {
      noticedMs: asked - finishedAt,
      pictureMs: at - finishedAt,
      callsPerSecond: ((calls.status + calls.stream) * 1000) / (finishedAt - acceptedAt),
    };
  });
  return {
    noticedMs: spreadOf(measured.map((take) => take.noticedMs)),
    pictureMs: spreadOf(measured.map((take) => take.pictureMs)),
    callsPerSecond: spreadOf(measured.map((take) => take.callsPerSecond)),
  };
}
