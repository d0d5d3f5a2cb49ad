import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type FaultKind, SIMULATOR_DIRECTIVES } from "../../src/simulator/simulator.ts";
import { APP, call, MODEL, requestById, runSimulator, submit } from "./support.ts";

describe("spoilt answers", () => {
  test("a status fault answers as told and does nothing, unless it is told to act", async () => {
    const { simulator, url } = await runSimulator();
    simulator.fault({
      on: "submit",
      kind: "status",
      status: 503,
      body: { detail: "no" },
      headers: { "x-a": "b" },
    });
    simulator.fault({ on: "submit", kind: "status", status: 502, acts: true });

    const refused = await post(url);
    expect(refused).toMatchObject({ status: 503, body: { detail: "no" } });
    expect(refused.headers.get("x-a")).toBe("b");
    expect(simulator.submits()).toBe(0);
    expect((await post(url)).status).toBe(502);
    expect(simulator.submits()).toBe(1);
    expect((await post(url)).status).toBe(200);
  });

  test.each<[FaultKind, number]>([
    ["reset-before", 0],
    ["reset-after", 1],
    ["truncated", 1],
  ])("%s breaks the connection and leaves %i submits", async (kind, submits) => {
    const { simulator, url } = await runSimulator();
    simulator.fault({ on: "submit", kind });

    await expect(post(url)).rejects.toThrow();

    expect(simulator.submits()).toBe(submits);
  });

  test("hang says nothing until the caller gives up", async () => {
    const { simulator, url } = await runSimulator();
    simulator.fault({ on: "submit", kind: "hang" });

    await expect(post(url, AbortSignal.timeout(50))).rejects.toMatchObject({ name: "TimeoutError" });

    expect(simulator.submits()).toBe(0);
  });

  test("slow answers rightly after a while", async () => {
    const { simulator, url } = await runSimulator();
    simulator.fault({ on: "submit", kind: "slow", delayMs: 30 });
    const before = performance.now();

    expect((await post(url)).status).toBe(200);

    expect(performance.now() - before).toBeGreaterThan(25);
  });

  test("malformed is broken JSON under the right type, wrong-type is a page", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });
    simulator.fault({ on: "status", kind: "malformed" });
    simulator.fault({ on: "status", kind: "wrong-type" });
    const status = `${url}/${APP}/requests/${id}/status`;

    const broken = await fetch(status);
    expect(broken.headers.get("content-type")).toBe("application/json");
    const text = await broken.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect((await fetch(status)).headers.get("content-type")).toContain("text/html");
  });

  test("huge sends as much as it was told to, or until the reader leaves", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "a" });
    simulator.finish(id);
    const image = `${url}${await mediaPath(url, id)}`;
    simulator.fault({ on: "media", kind: "huge", bytes: 1_000_000 });
    expect((await (await fetch(image)).arrayBuffer()).byteLength).toBeGreaterThan(1_000_000);

    simulator.fault({ on: "media", kind: "huge", bytes: 1e12 });
    const endless = await fetch(image);
    await endless.body?.cancel();
    expect((await fetch(image)).status).toBe(200);
  });

  test("a fault for one request leaves the others alone, and lasts as often as told", async () => {
    const { simulator, url } = await runSimulator();
    const first = await submit(url, { prompt: "[sim:stuck]" });
    const second = await submit(url, { prompt: "[sim:stuck]" });
    simulator.fault({ on: "status", kind: "status", requestId: first, times: 2 });
    const status = async (id: string) => (await call(`${url}/${APP}/requests/${id}/status`)).status;

    expect(await status(second)).toBe(202);
    expect([await status(first), await status(first), await status(first)]).toEqual([500, 500, 202]);
    simulator.fault({ on: "status", kind: "status" });
    simulator.clearFaults();
    expect(await status(first)).toBe(202);
  });

  test.each<[FaultKind, RegExp | null]>([
    ["truncated", /^data: \{.*\}\n\n$/],
    ["malformed", /^data: \{[^}]*\n\n$/],
    ["wrong-type", /doctype/],
    ["reset-after", null],
    ["reset-before", null],
  ])("a status stream can be spoilt by %s", async (kind, expected) => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });
    simulator.fault({ on: "stream", kind });

    const reading = fetch(`${url}/${APP}/requests/${id}/status/stream`).then((response) => response.text());

    if (expected === null) await expect(reading).rejects.toThrow();
    else expect(await reading).toMatch(expected);
  });

  test("a stream that is not offered is 405", async () => {
    const { url } = await runSimulator({ streaming: "none" });
    const id = await submit(url, { prompt: "a" });

    expect((await call(`${url}/${APP}/requests/${id}/status/stream`)).status).toBe(405);
  });
});

describe("directives in the prompt", () => {
  test.each([
    ["balance", 403, /^User is locked/],
    ["bad_key", 401, /No user found/],
    ["busy", 429, /./],
  ])("[sim:%s] is refused with %i", async (name, status, detail) => {
    const { simulator, url } = await runSimulator();

    const answer = await post(url, null, { prompt: `a fox [sim:${name}]` });

    expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } });
    expect(simulator.submits()).toBe(0);
  });

  test("a number limits how often it happens", async () => {
    const { url } = await runSimulator();
    const statuses = [];
    for (let index = 0; index < 3; index += 1) {
      statuses.push((await post(url, null, { prompt: "[sim:busy:2]" })).status);
    }

    expect(statuses).toEqual([429, 429, 200]);
  });

  test.each([
    [
      "content_policy_violation",
      422,
      { detail: [{ type: "content_policy_violation", loc: ["body", "prompt"] }] },
    ],
    ["generation_timeout", 504, { detail: [{ type: "generation_timeout" }] }],
    ["runner_disconnected", 503, { error_type: "runner_disconnected" }],
    ["no_images", 200, { images: [] }],
  ])("[sim:%s] ends with %i", async (name, status, body) => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: `a fox [sim:${name}]` });
    simulator.finish(id);

    expect(await call(`${url}/${APP}/requests/${id}`)).toMatchObject({ status, body });
  });

  test("[sim:lost_submit] is queued although the answer never arrives", async () => {
    const { simulator, url } = await runSimulator();

    await expect(post(url, null, { prompt: "[sim:lost_submit]" })).rejects.toThrow();

    expect(simulator.submits()).toBe(1);
  });

  test("[sim:webp] gives WebP under the name of a PNG, [sim:big] thirty megabytes", async () => {
    const { simulator, url } = await runSimulator();
    const webp = await submit(url, { prompt: "[sim:webp]" });
    const big = await submit(url, { prompt: "[sim:big]" });
    simulator.finish(webp);
    simulator.finish(big);

    const head = await bytesOf(url, webp);
    expect(head.subarray(8, 12).toString("latin1")).toBe("WEBP");
    expect((await bytesOf(url, big)).length).toBe(30_000_000);
  });

  test("a directive inside a JSON prompt works too, and a word that is none is left alone", async () => {
    const { simulator, url } = await runSimulator();
    const prompt = JSON.stringify({
      positive_prompt: "a fox [sim:no_media_generated]",
      negative_prompt: "x",
    });
    const first = await submit(url, { prompt });
    const second = await submit(url, { prompt: "[sim:nonsense]" });
    simulator.finish(first);
    simulator.finish(second);

    expect(requestById(simulator, first).errorType).toBe("no_media_generated");
    expect(requestById(simulator, second).status).toBe(200);
  });

  test("every directive is in the README", async () => {
    const readme = await readFile(new URL("../../src/simulator/README.md", import.meta.url), "utf8");

    const missing = SIMULATOR_DIRECTIVES.filter(({ name }) => !readme.includes(`\`${name}\``));

    expect(missing).toEqual([]);
  });
});

function post(url: string, signal: AbortSignal | null = null, input: unknown = { prompt: "a" }) {
  return call(`${url}/${MODEL}`, { method: "POST", body: JSON.stringify(input), signal });
}

async function mediaPath(url: string, id: string): Promise<string> {
  const { body } = await call(`${url}/${APP}/requests/${id}`);
  const [image] = (body as { images: { url: string }[] }).images;
  return new URL(image?.url ?? "").pathname;
}

async function bytesOf(url: string, id: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(url + (await mediaPath(url, id)))).arrayBuffer());
}
