import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { describe, it, vi } from "vitest";
import { REFUSALS } from "../../src/core/sentences.ts";
import { openHome } from "../support/product.ts";
import { DATABASE, fullDisk, lockedDatabase, noMoreBytes, type Outage } from "./outages.ts";
import { judge, repliesEnd } from "./outcome.ts";
import { NEVER_MS, openWorld, PATIENCE_MS, type World } from "./world.ts";

vi.setConfig({ testTimeout: 240_000 });

/** Always those that need nothing; a real full disk as well where one may be mounted. */
const OUTAGES: readonly Outage[] = [noMoreBytes(), lockedDatabase(), fullDisk()].filter(
  (one) => one !== null,
);

const until = (look: () => unknown, what: string) =>
  vi.waitFor(
    async () => {
      if (!(await look())) throw new Error(`It never came to this: ${what}`);
    },
    { timeout: PATIENCE_MS, interval: 25 },
  );

/** Ends at fal whatever runs there. */
function finishAll({ simulator }: World): void {
  for (const { id, state } of simulator.requests()) if (state === "IN_PROGRESS") simulator.finish(id);
}

describe.concurrent.each(OUTAGES)("$name under a running bot", (outage) => {
  it("takes nothing new with a sentence, loses nothing, and goes on by itself", async ({
    expect,
    onTestFinished,
  }) => {
    onTestFinished(outage.close);
    const world = await openWorld(
      "discord",
      { durationMs: [NEVER_MS, NEVER_MS] },
      {},
      outage.parent ?? undefined,
    );
    try {
      const { stage, simulator, home } = world;
      const product = home.start();
      await stage.enter(product);
      stage.imagine("a lighthouse");
      await until(async () => /Painting/.test((await stage.replies())[0]?.text ?? ""), "it is painted");

      outage.begin(product, home.directory);
      finishAll(world);
      stage.imagine("a harbour");
      await until(() => stage.privately().some((words) => words.includes(REFUSALS.store)), "it is refused");
      expect(await stage.replies()).toHaveLength(1);

      outage.end(product);
      await repliesEnd(stage, ["picture"], PATIENCE_MS);
      stage.imagine("a mountain");
      await until(() => simulator.submits() === 2, "the next one is asked of fal");
      finishAll(world);
      await repliesEnd(stage, ["picture", "picture"], PATIENCE_MS);
      await until(() => (product.stdout().match(/"msg":"Job done"/g) ?? []).length === 2, "both are noted");
      expect((await product.stop()).code).toBe(0);
      expect((await judge(world, { ends: ["picture", "picture"], submits: 2 })).broken).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

describe.concurrent("a start on a disk that is no good ends with sentences and no stack", () => {
  const isRefused = async (
    expect: (value: unknown) => {
      toMatch(words: RegExp): void;
      toBe(code: number): void;
      toEqual(v: unknown): void;
    },
    environment: Readonly<Record<string, string>>,
    words: RegExp,
    prepare: (home: string) => Promise<void> = async () => undefined,
  ) => {
    const home = await openHome({ PLAYGROUND: "on", ...environment });
    try {
      await prepare(home.directory);
      const product = home.start();
      expect((await product.exited).code).toBe(1);
      expect(product.stderr()).toMatch(words);
      expect(product.stderr().trim().split("\n").length <= 2).toEqual(true);
    } finally {
      await home.close();
    }
  };

  // Nobody may make files there, root neither.
  it("where the database cannot be written", async ({ expect }) => {
    await isRefused(
      expect,
      { DATABASE_URL: "sqlite:/sys/imagine-bot.sqlite" },
      /cannot be made[\s\S]*may create files/,
    );
  });

  it("where the pictures cannot be written", async ({ expect }) => {
    const environment = { DATA_DIRECTORY: "/sys", DATABASE_URL: "sqlite:./bot.sqlite" };
    await isRefused(expect, { ...environment, FAL_KEY: "test:key" }, /^Pictures [\s\S]*DATA_DIRECTORY/);
    await isRefused(expect, environment, /^The simulator [\s\S]*DATA_DIRECTORY/);
  });

  it("where the database is no database", async ({ expect }) => {
    await isRefused(expect, {}, /database cannot be opened[\s\S]*DATABASE_URL/, async (home) => {
      await mkdir(join(home, "data"));
      writeFileSync(join(home, DATABASE), "This is no database.".repeat(500));
    });
  });
});

describe.concurrent("a damaged database", () => {
  it("with one record that cannot be read goes on with all others, and tells the owner which", async ({
    expect,
  }) => {
    const world = await openWorld("discord", { durationMs: [NEVER_MS, NEVER_MS] });
    try {
      const { stage, home, simulator } = world;
      const before = home.start();
      await stage.enter(before);
      for (const [count, prompt] of ["a lighthouse", "a harbour"].entries()) {
        stage.imagine(prompt);
        await until(() => simulator.submits() === count + 1, "it is asked of fal");
      }
      await until(
        async () => (await stage.replies()).every(({ text }) => /Painting/.test(text)),
        "both are painted",
      );
      await before.kill();
      spoilOldestJob(join(home.directory, DATABASE));

      const product = home.start();
      await stage.enter(product);
      finishAll(world);
      await until(
        async () => (await stage.replies()).some(({ pictures }) => pictures.length === 1),
        "a picture",
      );
      stage.imagine("a mountain");
      await until(() => simulator.submits() === 3, "the next one is asked of fal");
      finishAll(world);
      await until(
        async () => (await stage.replies()).filter(({ pictures }) => pictures.length === 1).length === 2,
        "the next picture",
      );
      expect(product.stdout()).toMatch(/"record":"job\/[^"]+".*cannot be read and was set aside/);
      expect((await product.stop()).code).toBe(0);
    } finally {
      await world.close();
    }
  });
});

/** Breaks the JSON of one job. */
function spoilOldestJob(path: string): void {
  const database = new Database(path);
  database.exec(
    "update entries set value = '{' where key = (select key from entries where key like 'job/%' order by key limit 1)",
  );
  database.close();
}
