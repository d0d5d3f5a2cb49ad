import type { QueueStatus } from "@fal-ai/client";
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { clientFor, MODEL, requestById, runSimulator } from "./support.ts";

describe("the real client at the simulator", () => {
  test("submits, waits and gets a picture of the announced size", async () => {
    const { simulator, url } = await runSimulator();
    const fal = clientFor(url);
    const { request_id: id } = await fal.queue.submit(MODEL, {
      input: { prompt: "a lighthouse at dusk", aspect_ratio: "16:9", seed: 7 },
    });
    await fal.queue.subscribeToStatus(MODEL, { requestId: id, pollInterval: 5 });

    const result = await fal.queue.result(MODEL, { requestId: id });

    expect(result.requestId).toBe(id);
    expect(result.data).toEqual({
      images: [
        {
          url: expect.stringMatching(`^${url}/files/b/.*\\.png$`),
          width: 77,
          height: 43,
          content_type: "image/png",
        },
      ],
    });
    expect(requestById(simulator, id)).toMatchObject({ state: "COMPLETED", status: 200, billedUnits: 1 });
  });

  test("sees the three states in order while polling", async () => {
    const { simulator, url } = await runSimulator({ concurrency: 0, durationMs: [600_000, 600_000] });
    const fal = clientFor(url);
    const seen: string[] = [];
    const done = fal.subscribe(MODEL, {
      input: { prompt: "dunes" },
      pollInterval: 5,
      onQueueUpdate: (update: QueueStatus) => {
        seen.push(update.status);
        if (update.status === "IN_QUEUE") simulator.set({ concurrency: 1 });
        if (update.status === "IN_PROGRESS") simulator.finish(simulator.requests()[0]?.id ?? "");
      },
    });
    await done;

    expect([...new Set(seen)]).toEqual(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]);
  });

  test("follows the status stream to its end", async () => {
    const { url } = await runSimulator();
    const fal = clientFor(url);
    const { request_id: id } = await fal.queue.submit(MODEL, { input: { prompt: "a forest" } });

    let messages: readonly string[] = [];
    const last = await fal.queue.subscribeToStatus(MODEL, {
      requestId: id,
      mode: "streaming",
      logs: true,
      onQueueUpdate: (update: QueueStatus) => {
        if ("logs" in update) messages = update.logs.map((line) => line.message);
      },
    });

    expect(last.status).toBe("COMPLETED");
    expect(messages).toEqual([...new Set(messages)]);
    expect(messages).toContain("Sampling 30/30");
  });

  test("reads the events of a stream one by one", async () => {
    const { url } = await runSimulator();
    const fal = clientFor(url);
    const { request_id: id } = await fal.queue.submit(MODEL, { input: { prompt: "a forest" } });
    const stream = await fal.queue.streamStatus(MODEL, { requestId: id });
    const states: string[] = [];
    for await (const event of stream) states.push(event.status);
    await stream.done();

    expect(states.at(-1)).toBe("COMPLETED");
    expect(states[0]).toBe("IN_PROGRESS");
  });

  test("cancels a request that waits, and it never runs", async () => {
    const { simulator, url } = await runSimulator({ concurrency: 0 });
    const fal = clientFor(url);
    const { request_id: id } = await fal.queue.submit(MODEL, { input: { prompt: "a forest" } });

    await fal.queue.cancel(MODEL, { requestId: id });

    expect((await fal.queue.status(MODEL, { requestId: id })).status).toBe("COMPLETED");
    expect(requestById(simulator, id)).toMatchObject({
      cancelled: true,
      startedAt: null,
      billedUnits: 0,
      errorType: "client_cancelled",
    });
    await expect(fal.queue.result(MODEL, { requestId: id })).rejects.toMatchObject({ status: 499 });
    await expect(fal.queue.cancel(MODEL, { requestId: id })).rejects.toMatchObject({
      status: 400,
      body: { status: "ALREADY_COMPLETED" },
    });
  });

  test("gets bad input back as a validation error at the result, not at the submit", async () => {
    const { simulator, url } = await runSimulator();
    const fal = clientFor(url);
    const { request_id: id } = await fal.queue.submit(MODEL, {
      input: { prompt: "a forest", aspect_ratio: "5:4" },
    });
    await fal.queue.subscribeToStatus(MODEL, { requestId: id, pollInterval: 5 });

    const problem = await fal.queue.result(MODEL, { requestId: id }).catch((error: unknown) => error);

    expect(problem).toMatchObject({
      name: "ValidationError",
      status: 422,
      requestId: id,
      body: { detail: [{ loc: ["body", "aspect_ratio"], type: "literal_error", input: "5:4" }] },
    });
    expect(requestById(simulator, id).billedUnits).toBe(0);
  });

  test("submits again by itself after a lost answer, which makes two paid requests", async () => {
    const { simulator, url } = await runSimulator();
    simulator.fault({ on: "submit", kind: "reset-after" });

    await clientFor(url).queue.submit(MODEL, { input: { prompt: "a forest" } });

    expect(simulator.submits()).toBe(2);
  });

  test("is turned away with a key nobody knows", async () => {
    const { url } = await runSimulator({ keys: ["right:key"] });

    await expect(
      clientFor(url, "wrong:key").queue.submit(MODEL, { input: { prompt: "x" } }),
    ).rejects.toMatchObject({ status: 401, body: { detail: "No user found for Key ID and Secret" } });
    await expect(
      clientFor(url, "right:key").queue.submit(MODEL, { input: { prompt: "x" } }),
    ).resolves.toMatchObject({ status: "IN_QUEUE" });
  });

  test("keeps log lines back unless they are asked for", async () => {
    const { url } = await runSimulator();
    const fal = clientFor(url);
    const { request_id: id } = await fal.queue.submit(MODEL, { input: { prompt: "[sim:stuck]" } });

    expect(await fal.queue.status(MODEL, { requestId: id })).toMatchObject({ logs: null });
    await eventually(async () =>
      expect(await fal.queue.status(MODEL, { requestId: id, logs: true })).toMatchObject({
        status: "IN_PROGRESS",
        logs: [{ message: "Loading model", level: "INFO", source: "USER" }],
      }),
    );
  });
});
