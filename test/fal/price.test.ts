import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/core/clock.ts";

import type { Happening } from "../../src/core/telemetry.ts";
import { type PriceTrouble, readPrice } from "../../src/fal/price.ts";
import { createSimulator, type Fault, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { MODEL, startLocalFal } from "./local-fal.ts";

/** Any JSON. */
type Body = Exclude<Fault["body"], undefined>;

const NOWHERE = "http://127.0.0.1:1";

async function startSimulator(options: SimulatorOptions = {}) {
  const simulator = createSimulator({ keys: ["id:secret"], ...options });
  const { url } = await simulator.start();
  onTestFinished(() => simulator.stop());
  return { simulator, url };
}

/** Only the platform API is somewhere: the price comes from nowhere else. */
function ask(platform: string, overrides: Partial<Parameters<typeof readPrice>[0]> = {}) {
  return readPrice({
    credentials: "id:secret",
    model: MODEL,
    urls: { queue: NOWHERE, rest: NOWHERE, platform },
    clock: systemClock,
    telemetry() {},
    callMs: 8000,
    signal: null,
    ...overrides,
  });
}

/** What comes of an answer with this body. */
async function priceFrom(body: Body) {
  const { simulator, url } = await startSimulator();
  simulator.fault({ on: "pricing", kind: "status", status: 200, body });
  return ask(url);
}

function entry(overrides: Readonly<Record<string, Body>> = {}): Body {
  return { endpoint_id: MODEL, unit_price: 0.045, unit: "image", currency: "USD", ...overrides };
}

const unknown = (why: PriceTrouble) => ({ type: "unknown", why });

describe("the price of a picture", () => {
  it("is told in micro-dollars and in fal's unit", async () => {
    const { url } = await startSimulator();
    expect(await ask(url)).toEqual({ type: "price", microUsd: 45_000, unit: "image" });
  });

  it("is asked for with the key, at the platform API below the configured path", async () => {
    const fal = await startLocalFal((_, response) => response.writeHead(500).end());
    onTestFinished(() => fal.close());

    await ask(`${fal.url}/proxy/`);

    expect(fal.received).toMatchObject([
      { method: "GET", path: "/proxy/v1/models/pricing", headers: { authorization: "Key id:secret" } },
    ]);
    expect(fal.received[0]?.query.getAll("endpoint_id")).toEqual([MODEL]);
  });

  it.each([
    [0.045, 45_000],
    [0.07, 70_000],
    [0.0000014, 2],
    [0, 0],
    [3, 3_000_000],
  ])("of %d dollars is %d micro-dollars", async (unit_price, microUsd) => {
    expect(await priceFrom({ prices: [entry({ unit_price })] })).toMatchObject({ microUsd });
  });

  it("is the model's own among several", async () => {
    const prices = [entry({ endpoint_id: "x/y", unit_price: 1 }), entry()];
    expect(await priceFrom({ prices })).toMatchObject({ microUsd: 45_000 });
  });

  it("is counted as a call to fal", async () => {
    const { url } = await startSimulator();
    const happenings: Happening[] = [];
    await ask(url, { telemetry: (happening) => happenings.push(happening) });
    expect(happenings).toMatchObject([{ type: "provider-call", call: "pricing", outcome: "ok" }]);
  });
});

describe("a price that cannot be told", () => {
  it.each<[string, Body, PriceTrouble]>([
    ["no list", { price: 1 }, "failing"],
    ["no object", [], "failing"],
    ["another model's price only", { prices: [entry({ endpoint_id: "x/y" })] }, "not-listed"],
    ["an empty list", { prices: [] }, "not-listed"],
    ["a price in words", { prices: [entry({ unit_price: "0.045" })] }, "failing"],
    ["a price below nothing", { prices: [entry({ unit_price: -0.045 })] }, "failing"],
    ["a price beyond reason", { prices: [entry({ unit_price: 1e12 })] }, "failing"],
    ["no unit", { prices: [entry({ unit: null })] }, "failing"],
    ["another currency", { prices: [entry({ currency: "EUR" })] }, "not-usd"],
    ["no currency", { prices: [entry({ currency: null })] }, "failing"],
  ])("because of %s", async (_, body, why) => {
    expect(await priceFrom(body)).toEqual(unknown(why));
  });

  it.each<[string, Omit<Fault, "on">, PriceTrouble]>([
    ["the answer is broken", { kind: "malformed" }, "failing"],
    ["the answer is a page", { kind: "wrong-type" }, "failing"],
    ["the answer never ends", { kind: "huge" }, "failing"],
    ["the answer is cut", { kind: "truncated" }, "unreachable"],
    ["the connection is lost", { kind: "reset-before" }, "unreachable"],
    ["fal has trouble", { kind: "status", status: 503 }, "failing"],
    ["fal asks for patience", { kind: "status", status: 429 }, "failing"],
    ["fal says no", { kind: "status", status: 403 }, "refused"],
  ])("because %s", async (_, fault, why) => {
    const { simulator, url } = await startSimulator();
    simulator.fault({ ...fault, on: "pricing" });
    expect(await ask(url)).toEqual(unknown(why));
  });

  it("because fal does not know the key", async () => {
    const { url } = await startSimulator({ keys: ["other:key"] });
    expect(await ask(url)).toEqual(unknown("key"));
  });

  it("because fal does not know the model", async () => {
    const { url } = await startSimulator({ applications: ["other/app"] });
    expect(await ask(url)).toEqual(unknown("not-listed"));
  });

  it("because nobody listens there", async () => {
    expect(await ask(NOWHERE)).toEqual(unknown("unreachable"));
  });

  it("because no answer came within the time allowed", async () => {
    const clock = createFakeClock();
    const fal = await hanging();
    const asked = ask(fal.url, { clock });
    await fal.called;
    await clock.advance(8000);
    expect(await asked).toEqual(unknown("unreachable"));
  });
});

it("asking for a price ends with the signal's reason when it is aborted", async () => {
  const controller = new AbortController();
  const fal = await hanging();
  const asked = ask(fal.url, { clock: createFakeClock(), signal: controller.signal });
  await fal.called;
  const reason = new Error("stopping");
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

async function hanging(): Promise<{ readonly url: string; readonly called: Promise<void> }> {
  let noticed = () => {};
  const called = new Promise<void>((resolve) => {
    noticed = resolve;
  });
  const fal = await startLocalFal(() => noticed());
  onTestFinished(() => fal.close());
  return { url: fal.url, called };
}
