import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { APP, call, requestById, runSimulator, submit } from "./support.ts";

describe("a simulator that starts again on the same folder", () => {
  test("still has finished requests, and carries on with the others from where they were", async () => {
    const dataDir = await folder();
    const clock = createFakeClock();
    const first = await runSimulator({ clock, dataDir, concurrency: 1, durationMs: [1000, 1000] });
    const start = clock.now();
    const ids: string[] = [];
    for (const prompt of ["a", "b", "c"]) ids.push(await submit(first.url, { prompt, seed: 3 }));
    await clock.advance(1500);
    const before = await result(first.url, ids[0]);
    await first.simulator.stop();

    await clock.advance(700);
    const second = await runSimulator({ clock, dataDir, concurrency: 1, durationMs: [1000, 1000] });

    const after = await result(second.url, ids[0]);
    expect(after.replace(second.url, "")).toBe(before.replace(first.url, ""));
    expect(after).toContain(second.url);
    expect(second.simulator.requests()).toMatchObject([
      { id: ids[0], state: "COMPLETED", finishedAt: start + 1000 },
      { id: ids[1], state: "COMPLETED", startedAt: start + 1000, finishedAt: start + 2000 },
      { id: ids[2], state: "IN_PROGRESS", startedAt: start + 2000 },
    ]);
    await clock.advance(1000);
    expect(requestById(second.simulator, ids[2] ?? "").finishedAt).toBe(start + 3000);
  });

  test("gives the same picture as before", async () => {
    const dataDir = await folder();
    const first = await runSimulator({ dataDir });
    const id = await submit(first.url, { prompt: "a fox" });
    first.simulator.finish(id);
    const before = await picture(first.url, id);
    await first.simulator.stop();

    const second = await runSimulator({ dataDir });

    expect((await picture(second.url, id)).equals(before)).toBe(true);
  });

  test("is not troubled by a line that was cut off", async () => {
    const dataDir = await folder();
    const first = await runSimulator({ dataDir });
    const id = await submit(first.url, { prompt: "a" });
    await first.simulator.stop();
    await appendFile(join(dataDir, "requests.jsonl"), '{"id":"half');

    const second = await runSimulator({ dataDir });

    expect(second.simulator.requests().map((request) => request.id)).toEqual([id]);
  });
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "simulator-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function result(url: string, id: string | undefined): Promise<string> {
  return JSON.stringify((await call(`${url}/${APP}/requests/${id}`)).body);
}

async function picture(url: string, id: string): Promise<Buffer> {
  const { images } = JSON.parse(await result(url, id)) as { images: { url: string }[] };
  return Buffer.from(await (await fetch(images[0]?.url ?? "")).arrayBuffer());
}
