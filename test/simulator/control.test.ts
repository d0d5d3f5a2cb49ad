import { describe, expect, test } from "vitest";
import { readArguments } from "../../src/simulator/arguments.ts";
import { SIMULATOR_DIRECTIVES } from "../../src/simulator/simulator.ts";
import { APP, call, runSimulator, submit } from "./support.ts";

describe("driving the simulator from another process", () => {
  test("lists requests with their times and calls", async () => {
    const { url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });
    await call(`${url}/${APP}/requests/${id}/status`);

    expect((await call(`${url}/_simulator/requests`)).body).toMatchObject({
      now: expect.any(Number),
      requests: [{ id, state: "IN_PROGRESS", finishedAt: null, calls: { status: 1, result: 0 } }],
    });
    await call(`${url}/_simulator/requests/${id}/finish`, { method: "POST" });
    expect((await call(`${url}/_simulator/requests`)).body).toMatchObject({
      requests: [{ state: "COMPLETED", finishedAt: expect.any(Number) }],
    });
  });

  test("changes settings, and refuses ones it does not know", async () => {
    const { url } = await runSimulator();

    const changed = await post(`${url}/_simulator/settings`, {
      concurrency: 5,
      lockReason: "Exhausted balance.",
    });
    const refused = await post(`${url}/_simulator/settings`, { concurency: 5 });

    expect(changed).toMatchObject({ status: 200, body: { concurrency: 5, cancelRunning: "stops" } });
    expect(refused.status).toBe(400);
    await expect(submit(url, { prompt: "a" })).rejects.toThrow("not accepted");
  });

  test("adds and clears faults", async () => {
    const { url } = await runSimulator();

    await post(`${url}/_simulator/faults`, [
      { on: "submit", kind: "status", status: 500 },
      { on: "status", kind: "hang", times: 3 },
    ]);
    await expect(submit(url, { prompt: "a" })).rejects.toThrow("not accepted");
    expect((await call(`${url}/_simulator/faults`)).body).toMatchObject({
      faults: [{ on: "status", times: 3 }],
    });
    await call(`${url}/_simulator/faults`, { method: "DELETE" });
    expect((await call(`${url}/_simulator/faults`)).body).toEqual({ faults: [] });
    expect((await post(`${url}/_simulator/faults`, { on: "moon", kind: "hang" })).status).toBe(400);
  });

  test("tells its directives", async () => {
    const { url } = await runSimulator();

    const { body } = await call(`${url}/_simulator/directives`);

    expect((body as { directives: unknown[] }).directives).toHaveLength(SIMULATOR_DIRECTIVES.length);
  });
});

describe("the arguments of the process", () => {
  test("become options", () => {
    expect(
      readArguments([
        "--port",
        "4000",
        "--min-ms",
        "50",
        "--max-ms",
        "80",
        "--concurrency",
        "3",
        "--key",
        "a:b",
      ]),
    ).toMatchObject({ port: 4000, durationMs: [50, 80], concurrency: 3, keys: ["a:b"] });
  });

  test("never make the longest run shorter than the shortest", () => {
    expect(readArguments(["--min-ms", "9000"]).durationMs).toEqual([9000, 9000]);
  });

  test("are refused by name", () => {
    expect(() => readArguments(["--port", "many"])).toThrow("The simulator cannot use --port.");
    expect(() => readArguments(["--prot", "1"])).toThrow("does not know these arguments");
  });
});

function post(url: string, body: unknown) {
  return call(url, { method: "POST", body: JSON.stringify(body) });
}
