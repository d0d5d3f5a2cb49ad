import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { APP, call, requestById, runSimulator, submit } from "./support.ts";

describe("the simulated account", () => {
  test("runs two requests at once and tells the others how many are ahead", async () => {
    const { url } = await runSimulator({ durationMs: [60_000, 60_000] });
    const ids = [];
    for (const prompt of ["a", "b", "c", "d"]) ids.push(await submit(url, { prompt }));

    const seen = await Promise.all(ids.map(async (id) => (await status(url, id)).body));

    expect(seen).toMatchObject([
      { status: "IN_PROGRESS" },
      { status: "IN_PROGRESS" },
      { status: "IN_QUEUE", queue_position: 0 },
      { status: "IN_QUEUE", queue_position: 1 },
    ]);
    expect(seen[0]).not.toHaveProperty("queue_position");
  });

  test("starts the next one at the moment a slot comes free, however late somebody looks", async () => {
    const clock = createFakeClock();
    const { simulator, url } = await runSimulator({ clock, concurrency: 1, durationMs: [1000, 1000] });
    const first = await submit(url, { prompt: "a" });
    const second = await submit(url, { prompt: "b" });
    const start = clock.now();

    await clock.advance(5000);

    expect(requestById(simulator, first)).toMatchObject({ startedAt: start, finishedAt: start + 1000 });
    expect(requestById(simulator, second)).toMatchObject({
      startedAt: start + 1000,
      finishedAt: start + 2000,
    });
    expect((await status(url, second)).body).toMatchObject({ metrics: { inference_time: 1 } });
  });

  // Found by a run on a busy machine: a look ended the request, a new stream took the alarm back, and nobody was told.
  test("tells open streams of a change that somebody's look brought about", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, durationMs: [1000, 1000] });
    const id = await submit(url, { prompt: "a" });
    const openStream = () => fetch(`${url}/${APP}/requests/${id}/status/stream`);
    const reading = (await openStream()).text();

    clock.jump(2000);
    expect((await status(url, id)).body).toMatchObject({ status: "COMPLETED" });
    expect(await (await openStream()).text()).toContain("COMPLETED");
    await clock.advance(1);

    expect(await reading).toMatch(/IN_PROGRESS[\s\S]*COMPLETED/);
  });

  test("takes a time between the shortest and the longest, the same in every run with a seed", async () => {
    const durations = async () => {
      const clock = createFakeClock();
      const { simulator, url } = await runSimulator({
        clock,
        seed: 7,
        concurrency: 9,
        durationMs: [1000, 2000],
      });
      for (let index = 0; index < 5; index += 1) await submit(url, { prompt: "a" });
      await clock.advance(2000);
      return simulator
        .requests()
        .map(({ startedAt, finishedAt }) => Math.round((finishedAt ?? 0) - (startedAt ?? 0)));
    };
    const first = await durations();

    expect(new Set(first).size).toBeGreaterThan(1);
    expect(first.every((ms) => ms >= 1000 && ms <= 2000)).toBe(true);
    expect(await durations()).toEqual(first);
  });

  test("shows log lines as time passes", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, durationMs: [10_000, 10_000] });
    const id = await submit(url, { prompt: "a" });
    const messages = async () =>
      ((await status(url, id, "?logs=1")).body as { logs: { message: string }[] }).logs.map(
        ({ message }) => message,
      );

    expect(await messages()).toEqual(["Loading model"]);
    await clock.advance(4500);
    expect((await messages()).at(-1)).toBe("Sampling 12/30");
    await clock.advance(6000);
    expect((await messages()).at(-1)).toBe("Uploading image");
  });

  test("lets a running request finish and bills it when it ignores a cancel", async () => {
    const clock = createFakeClock();
    const { simulator, url } = await runSimulator({ clock, cancelRunning: "ignored" });
    const id = await submit(url, { prompt: "a" });

    const answer = await call(`${url}/${APP}/requests/${id}/cancel`, { method: "PUT" });
    await clock.advance(50);

    expect(answer).toMatchObject({ status: 202, body: { status: "CANCELLATION_REQUESTED" } });
    expect(requestById(simulator, id)).toMatchObject({ cancelled: false, status: 200, billedUnits: 1 });
  });

  test("stops a running request at once when it obeys", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });

    await call(`${url}/${APP}/requests/${id}/cancel`, { method: "PUT" });

    expect((await status(url, id)).body).toMatchObject({
      status: "COMPLETED",
      error_type: "client_cancelled",
    });
    expect(requestById(simulator, id).billedUnits).toBe(0);
  });

  test("gives up on a request that does not start within its deadline", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, concurrency: 0 });
    const id = await submit(url, { prompt: "a" }, "", { "x-fal-request-timeout": "5" });

    await clock.advance(5000);

    expect(await call(`${url}/${APP}/requests/${id}`)).toMatchObject({
      status: 504,
      body: { error_type: "request_timeout" },
    });
    const { headers } = await call(`${url}/${APP}/requests/${id}`);
    expect(headers.get("x-fal-request-timeout-type")).toBe("user");
  });

  test("finishes a request on demand", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });

    expect(simulator.finish(id)).toBe(true);

    expect(requestById(simulator, id)).toMatchObject({ state: "COMPLETED", billedUnits: 1 });
    expect(simulator.finish(id)).toBe(false);
  });

  test("refuses submits while the account is locked, and answers about earlier ones", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "a" });
    simulator.set({ lockReason: "Exhausted balance. Top up your balance at fal.ai/dashboard/billing." });

    await expect(submit(url, { prompt: "b" })).rejects.toThrow("not accepted");
    await eventually(async () => expect((await status(url, id)).status).toBe(200));
    simulator.set({ lockReason: null });
    await expect(submit(url, { prompt: "b" })).resolves.toBeTypeOf("string");
  });

  test("pushes new log lines over an open stream without being asked", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, durationMs: [10_000, 10_000], streamCommentMs: 3000 });
    const id = await submit(url, { prompt: "a" });
    const response = await fetch(`${url}/${APP}/requests/${id}/status/stream?logs=1`);
    expect(response.headers.get("content-type")).toBe("text/event-stream");

    await clock.advance(10_000);
    const text = await response.text();
    const events = text.split("\n\n").filter((part) => part.startsWith("data: "));
    const logs = events.flatMap((part) => (JSON.parse(part.slice(6)) as { logs: unknown[] }).logs);

    expect(text).toContain(": ping\n\n");
    expect(logs).toHaveLength(9);
    expect(JSON.parse((events.at(-1) ?? "").slice(6))).toMatchObject({ status: "COMPLETED" });
  });
});

function status(url: string, id: string, query = "") {
  return call(`${url}/${APP}/requests/${id}/status${query}`);
}
