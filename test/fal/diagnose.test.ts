import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { diagnoseFal } from "../../src/fal/diagnose.ts";
import { createSimulator, type Fault, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { findingsOf, troublesIn } from "../support/findings.ts";
import { MODEL, never } from "./local-fal.ts";

const NOWHERE = "http://127.0.0.1:1";
const SECRET = "id:very-secret";

async function startSimulator(options: SimulatorOptions = {}) {
  const simulator = createSimulator({ keys: [SECRET], ...options });
  const { url } = await simulator.start();
  onTestFinished(() => simulator.stop());
  return { simulator, url };
}

function diagnosed(queue: string, overrides: Partial<Parameters<typeof diagnoseFal>[0]> = {}) {
  return findingsOf(
    diagnoseFal({
      credentials: SECRET,
      model: MODEL,
      urls: { queue, rest: queue, platform: queue },
      clock: systemClock,
      signal: never(),
      ...overrides,
    }),
  );
}

describe("a look at fal", () => {
  it("tells that key, model and history are well, what a picture costs, and what cannot be known", async () => {
    const { url } = await startSimulator();
    const findings = await diagnosed(url);
    expect(findings.map(({ mark, what }) => `${mark}: ${what}`)).toEqual([
      `ok: ${new URL(url).host} takes the key and the model ${MODEL}.`,
      "ok: One image costs $0.045.",
      "ok: The request history can be read, so a request whose answer is lost can be looked up.",
      expect.stringContaining("note: Whether the account is locked or out of balance shows only when"),
    ]);
  });

  it("submits nothing, whatever it finds", async () => {
    const { simulator, url } = await startSimulator();
    await diagnosed(url);
    await diagnosed(url, { credentials: "id:wrong" });
    expect(simulator.submits()).toBe(0);
    expect(simulator.violations()).toEqual([]);
  });

  it("takes a locked account for well, as fal does until a submit", async () => {
    const { url } = await startSimulator({ lockReason: "Exhausted balance." });
    expect(troublesIn(await diagnosed(url))).toEqual([]);
  });
});

describe("trouble at fal makes one line with the fix:", () => {
  const once = (fault: Omit<Fault, "times">): Fault => ({ times: 1, ...fault });
  const platform = (fault: Omit<Fault, "on">): Fault[] => [
    once({ ...fault, on: "history" }),
    once({ ...fault, on: "pricing" }),
  ];

  it.each<[string, Fault[], "failure" | "warning", RegExp, RegExp]>([
    [
      "a locked account that is told at once",
      [
        once({
          on: "status",
          kind: "status",
          status: 403,
          body: { detail: "User is locked. Reason: TOP_UP" },
        }),
      ],
      "failure",
      /^fal refuses the account: User is locked\. Reason: TOP_UP$/,
      /balance/,
    ],
    [
      "the queue's own trouble",
      [once({ on: "status", kind: "status", status: 503 })],
      "warning",
      /has trouble now \(Simulated 503\)/,
      /^Wait/,
    ],
    [
      "a page instead of an answer",
      [once({ on: "status", kind: "wrong-type" })],
      "warning",
      /has trouble now \(garbled\)/,
      /^Wait/,
    ],
    [
      "a key that may only submit",
      platform({ kind: "status", status: 403, body: { detail: "Not for you" } }),
      "warning",
      /does not let this key use .* \(Not for you\): the price .* looked up/,
      /^Make a key for the whole API/,
    ],
    [
      "a key that may not read the history",
      [once({ on: "history", kind: "status", status: 403 })],
      "warning",
      /does not let this key read the request history/,
      /^Make a key/,
    ],
    [
      "a key that may not read prices",
      [once({ on: "pricing", kind: "status", status: 403 })],
      "warning",
      /does not let this key read prices/,
      /^Make a key/,
    ],
    [
      "a price in another currency",
      [
        once({
          on: "pricing",
          kind: "status",
          status: 200,
          body: { prices: [{ endpoint_id: MODEL, unit_price: 1, unit: "image", currency: "EUR" }] },
        }),
      ],
      "warning",
      /another currency than dollars/,
      /^See the price/,
    ],
    [
      "a model without a price",
      [once({ on: "pricing", kind: "status", status: 200, body: { prices: [] } })],
      "warning",
      /has no price for/,
      /^Compare FAL_MODEL/,
    ],
    [
      "a platform API in trouble",
      platform({ kind: "status", status: 503 }),
      "warning",
      /has trouble telling the price now/,
      /^Wait/,
    ],
    [
      "a history in trouble",
      [once({ on: "history", kind: "malformed" })],
      "warning",
      /has trouble telling the request history now/,
      /^Wait/,
    ],
  ])("%s", async (_, faults, mark, what, fix) => {
    const { simulator, url } = await startSimulator();
    for (const fault of faults) simulator.fault(fault);
    expect(troublesIn(await diagnosed(url))).toMatchObject([
      { mark, what: expect.stringMatching(what), fix: expect.stringMatching(fix) },
    ]);
  });

  it("a key fal does not know", async () => {
    const { url } = await startSimulator();
    const findings = await diagnosed(url, { credentials: "id:wrong" });
    expect(findings).toMatchObject([
      { mark: "failure", what: "fal does not know the key.", fix: expect.stringContaining("FAL_KEY") },
    ]);
  });

  it("a model fal does not know", async () => {
    const { url } = await startSimulator({ applications: ["other/app"] });
    expect(await diagnosed(url)).toMatchObject([
      {
        mark: "failure",
        what: `fal does not know the model ${MODEL}.`,
        fix: expect.stringMatching(/^Set FAL_MODEL/),
      },
    ]);
  });

  it("no way to the queue", async () => {
    expect(await diagnosed(NOWHERE)).toMatchObject([
      {
        mark: "failure",
        what: "127.0.0.1:1 cannot be reached (ECONNREFUSED).",
        fix: expect.stringContaining("firewall"),
      },
    ]);
  });

  it("no way to the platform API alone", async () => {
    const { url } = await startSimulator();
    const urls = { queue: url, rest: url, platform: NOWHERE };
    expect(troublesIn(await diagnosed(url, { urls }))).toMatchObject([
      {
        mark: "warning",
        what: expect.stringMatching(/^127\.0\.0\.1:1 cannot be reached .* cannot be looked up/),
      },
    ]);
  });

  it("no answer in time", async () => {
    const { simulator, url } = await startSimulator();
    simulator.fault({ on: "status", kind: "hang" });
    expect(troublesIn(await diagnosed(url, { callMs: 300 }))).toMatchObject([
      { mark: "failure", what: expect.stringContaining("cannot be reached (timed-out)") },
    ]);
  });
});
