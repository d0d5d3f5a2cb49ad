import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { startBot } from "./bot.ts";
import { ENDPOINT, type Fal, type FalRequest, startFal } from "./fal.ts";
import { watchMemory } from "./memory-watch.ts";
import { openPage, type Page } from "./page.ts";
import { withFolder } from "./place.ts";
import { startPlainLoop } from "./plain.ts";

/** Resident memory of one process, bytes. */
export interface Load {
  /** At rest, before anything was asked of it. */
  readonly idleBytes: number;
  /** Largest with all takes at fal. */
  readonly followingBytes: number;
  /** Largest while the pictures came in. */
  readonly burstBytes: number;
  /** Largest of its whole life. */
  readonly highestBytes: number;
  /** From the first finish at fal to the last one, ms. */
  readonly finishedWithinMs: number;
  /** From the last finish at fal until the last picture was there, ms. */
  readonly allThereMs: number;
}

export interface MemoryResult {
  readonly stored: number;
  readonly atFal: number;
  readonly pictures: number;
  readonly pictureBytes: number;
  /** Largest while the stored jobs were painted, bytes. */
  readonly fillingBytes: number;
  readonly bot: Load;
  /** The same pictures and takes, nothing stored. */
  readonly plain: Load;
}

export interface MemoryOptions {
  readonly stored: number;
  readonly atFal: number;
  readonly pictures: number;
  readonly signal: AbortSignal;
}

const PICTURE_BYTES = 7_000_000;
/** One prompt and seed for all, so that the simulator paints once and can send at once; the bot cannot know. */
const WISH = { prompt: "a lighthouse in a storm", seed: 42 };
/** Nothing ends by itself meanwhile. */
const FOR_EVER_MS = 3_600_000;
const SETTLE_MS = 1000;
const AT_ONCE_WHILE_FILLING = 50;

/** Many stored jobs, many takes at fal, and many big pictures in one second. */
export async function measureMemory(options: MemoryOptions): Promise<MemoryResult> {
  const fal = await startFal();
  try {
    const bot = await loadBot(fal, options);
    const plain = await loadPlainLoop(fal, options);
    const { stored, atFal, pictures } = options;
    return { stored, atFal, pictures, pictureBytes: PICTURE_BYTES, ...bot, plain };
  } finally {
    await fal.stop();
  }
}

function loadBot(
  fal: Fal,
  options: MemoryOptions,
): Promise<{ readonly bot: Load; readonly fillingBytes: number }> {
  return withFolder(async (folder) => {
    const { stored, atFal, pictures, signal } = options;
    const bot = await startBot({ folder, falUrl: fal.url, concurrency: atFal, by: "node", signal });
    const watch = watchMemory(bot.pid);
    const page = await openPage(bot.url);
    try {
      await sleep(SETTLE_MS, undefined, { signal });
      const idleBytes = watch.mark().lastBytes;

      // Jobs that were really painted, by this very process, in small and quick.
      await fal.set({ durationMs: [50, 200], pixelScale: 0.02, pictureBytes: null });
      await paintAll(page, stored);
      const fillingBytes = watch.mark().peakBytes;

      await fal.set({ durationMs: [FOR_EVER_MS, FOR_EVER_MS], pictureBytes: PICTURE_BYTES });
      const replies = await Promise.all(Array.from({ length: atFal }, () => page.imagine(wish())));
      const running = await runningAt(fal, atFal, signal);
      await sleep(SETTLE_MS, undefined, { signal });
      const followingBytes = watch.mark().peakBytes;

      // Whichever reply each belongs to: the first so many pictures, loaded as an open page does.
      const shown = firstOf(
        replies.map(async (reply) => page.load((await page.picture(reply)).name)),
        pictures,
      );
      const { finishedWithinMs, lastAt } = await finish(fal, running.slice(0, pictures));
      checkSizes(await shown);
      const allThereMs = Date.now() - lastAt;
      const burstBytes = watch.mark().peakBytes;
      return {
        fillingBytes,
        bot: {
          idleBytes,
          followingBytes,
          burstBytes,
          highestBytes: watch.highestBytes(),
          finishedWithinMs,
          allThereMs,
        },
      };
    } finally {
      watch.stop();
      page.close();
      await bot.stop();
    }
  });
}

async function loadPlainLoop(fal: Fal, { atFal, pictures, signal }: MemoryOptions): Promise<Load> {
  const before = new Set((await fal.requests()).map((request) => request.id));
  const plain = await startPlainLoop();
  const watch = watchMemory(plain.pid);
  try {
    await sleep(SETTLE_MS, undefined, { signal });
    const idleBytes = watch.mark().lastBytes;
    const inputs = Array.from({ length: atFal }, () => WISH);
    const done = plain.run({ url: fal.url, endpoint: ENDPOINT, inputs, inFlight: atFal }, pictures);
    done.catch(() => {}); // awaited below
    const running = await runningAt(fal, atFal, signal, before);
    await sleep(SETTLE_MS, undefined, { signal });
    const followingBytes = watch.mark().peakBytes;

    const { finishedWithinMs, lastAt } = await finish(fal, running.slice(0, pictures));
    checkSizes((await done).map(({ bytes }) => bytes));
    const allThereMs = Date.now() - lastAt;
    const burstBytes = watch.mark().peakBytes;
    return {
      idleBytes,
      followingBytes,
      burstBytes,
      highestBytes: watch.highestBytes(),
      finishedWithinMs,
      allThereMs,
    };
  } finally {
    watch.stop();
    await plain.stop();
  }
}

const wish = () => `prompt:"${WISH.prompt}" seed:${WISH.seed}`;

async function paintAll(page: Page, count: number): Promise<void> {
  let asked = 0;
  async function person(): Promise<void> {
    while (asked < count) {
      asked += 1;
      const prompt = `a boat on the sea, number ${asked}`;
      await page.picture(await page.imagine(`prompt:"${prompt}" seed:${randomInt(1, 2 ** 31)}`));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE_WHILE_FILLING }, person));
}

/** Waits until so many takes run at fal, without those of before. */
async function runningAt(
  fal: Fal,
  count: number,
  signal: AbortSignal,
  before: ReadonlySet<string> = new Set(),
): Promise<readonly FalRequest[]> {
  for (;;) {
    const running = (await fal.requests()).filter(
      ({ id, state }) => state === "IN_PROGRESS" && !before.has(id),
    );
    if (running.length === count) return running;
    await sleep(50, undefined, { signal });
  }
}

/** Ends requests at fal one right after the other. */
async function finish(
  fal: Fal,
  requests: readonly FalRequest[],
): Promise<{ readonly finishedWithinMs: number; readonly lastAt: number }> {
  await Promise.all(requests.map(({ id }) => fal.finish(id)));
  const ids = new Set(requests.map(({ id }) => id));
  const ends = (await fal.requests())
    .filter(({ id }) => ids.has(id))
    .map(({ finishedAt }) => finishedAt ?? Number.NaN);
  const lastAt = Math.max(...ends);
  return { finishedWithinMs: lastAt - Math.min(...ends), lastAt };
}

/** Resolves with the first `count` values, or rejects with the first error. */
function firstOf<T>(promises: readonly Promise<T>[], count: number): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const values: T[] = [];
    for (const promise of promises) {
      promise.then((value) => {
        values.push(value);
        if (values.length === count) resolve([...values]);
      }, reject);
    }
  });
}

function checkSizes(sizes: readonly number[]): void {
  const wrong = sizes.find((bytes) => bytes !== PICTURE_BYTES);
  if (wrong !== undefined)
    throw new Error(`A picture of ${PICTURE_BYTES} bytes came out with ${wrong} bytes`);
}
