import { expect, it } from "vitest";
import { z } from "zod";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { type Crowd, openCrowd, type Shares } from "../owner/crowd.ts";
import { leadTo, openHome, type Product } from "../support/product.ts";

/** Few on Slack, where the adapter spreads what it changes over minutes, as Slack asks. */
const ROUND: Shares = { discord: 122, slack: 2, playground: 126 };
const PER_ROUND = ROUND.discord + ROUND.slack + ROUND.playground;
const ROUNDS = 20;
/** The rounds after which it is looked at: 500 jobs, and 5,000. */
const LOOKS = [2, 20];
/** What may have been added, MB: Node's own caches and the compiled code go on filling for a while. */
const HEAP_SLACK_MB = 12;
const RESIDENT_SLACK_MB = 80;
const OPEN_FILES_SLACK = 3;

const holdings = z.object({
  heapMb: z.number(),
  residentMb: z.number(),
  openFiles: z.number(),
  /** What Node waits for or holds open, by kind. */
  active: z.record(z.string(), z.number()),
});
type Holdings = z.infer<typeof holdings>;

/** Run in the product first: on SIGUSR2 it collects its garbage and logs what is left. */
const TELL = `
  import { readdirSync } from "node:fs";
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  let looks = 0;
  process.on("SIGUSR2", () => {
    collect(); collect();
    const { heapUsed, rss } = process.memoryUsage();
    const active = {};
    for (const name of process.getActiveResourcesInfo()) active[name] = (active[name] ?? 0) + 1;
    const mb = (bytes) => Math.round(bytes / 2 ** 20);
    const openFiles = readdirSync("/proc/self/fd").length;
    looks += 1;
    process.stdout.write(JSON.stringify({ msg: "holdings " + looks, heapMb: mb(heapUsed), residentMb: mb(rss), openFiles, active }) + "\\n");
  });`;
const PRELOAD = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELL)}` };

async function look(product: Product, n: number): Promise<Holdings> {
  product.signal("SIGUSR2");
  const [line] = await product.logged(new RegExp(`\\{"msg":"holdings ${n}".*\\}`));
  return holdings.parse(JSON.parse(line));
}

/** One round of people on three platforms, until each has a picture or a refusal. */
async function round(crowd: Crowd): Promise<void> {
  const before = crowd.answers();
  crowd.ask(ROUND);
  await crowd.until(
    "everybody has a picture",
    (now) => now.painted.length === before.painted.length + PER_ROUND,
  );
}

it("holds after 5,000 jobs what it held after 500", async () => {
  const crowd = await openCrowd();
  const simulator = createSimulator({
    concurrency: 60,
    durationMs: [20, 60],
    pixelScale: 0.02,
    paint: "on-download",
  });
  const { url } = await simulator.start();
  const home = await openHome({
    ...crowd.environment,
    FAL_KEY: "test:key",
    FAL_CONCURRENCY: "60",
    LIMIT_WAITING: "off",
    LIMIT_WAITING_HERE: "off",
  });
  try {
    const product = home.start({ ...leadTo(url), ...PRELOAD });
    await crowd.enter((await product.ready).replace(/\/$/, ""));
    const seen: Holdings[] = [];
    for (let n = 1; n <= ROUNDS; n += 1) {
      await round(crowd);
      if (!LOOKS.includes(n)) continue;
      seen.push(await look(product, seen.length + 1));
      console.log(`${n * PER_ROUND} jobs: ${JSON.stringify(seen.at(-1))}`);
    }
    const [early, late] = seen;
    if (early === undefined || late === undefined) throw new Error("It was not looked at twice");
    expect(late.heapMb).toBeLessThanOrEqual(early.heapMb + HEAP_SLACK_MB);
    expect(late.residentMb).toBeLessThanOrEqual(early.residentMb + RESIDENT_SLACK_MB);
    expect(late.openFiles).toBeLessThanOrEqual(early.openFiles + OPEN_FILES_SLACK);
    expect(late.active["Timeout"] ?? 0).toBeLessThanOrEqual((early.active["Timeout"] ?? 0) + 3);
    expect((await product.stop()).code).toBe(0);
  } finally {
    await home.close();
    await simulator.stop();
    await crowd.close();
  }
});
