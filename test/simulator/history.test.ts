import { describe, expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { call, MODEL, runSimulator, submit } from "./support.ts";

interface History {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

describe("the request history", () => {
  test("lists ended requests, newest first, with their payloads when asked", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, durationMs: [1000, 1000] });
    const first = await submit(url, { prompt: "a", seed: 5 });
    await clock.advance(1000);
    const second = await submit(url, { prompt: "[sim:content_policy_violation]" });
    await clock.advance(1000);

    const bare = await history(url);
    const full = await history(url, "&expand=payloads");

    expect(bare.items.map((item) => item["request_id"])).toEqual([second, first]);
    expect(bare.items[0]).not.toHaveProperty("json_input");
    expect(full.items).toMatchObject([
      { status_code: 422, json_input: { prompt: "[sim:content_policy_violation]" } },
      {
        request_id: first,
        endpoint_id: MODEL,
        sent_at: "2026-01-01T00:00:00.000Z",
        started_at: "2026-01-01T00:00:00.000Z",
        ended_at: "2026-01-01T00:00:01.000Z",
        status_code: 200,
        duration: 1,
        json_input: { prompt: "a", seed: 5 },
        json_output: { images: [{ content_type: "image/png" }] },
      },
    ]);
  });

  test("leaves running requests out, or lists them, as set", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });

    expect((await history(url)).items).toEqual([]);
    simulator.set({ historyListsRunning: true });
    expect((await history(url)).items).toMatchObject([{ request_id: id, ended_at: null, status_code: null }]);
  });

  test("lists late, as set", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, durationMs: [1000, 1000], historyDelayMs: 5000 });
    await submit(url, { prompt: "a" });

    await clock.advance(5999);
    expect((await history(url)).items).toHaveLength(0);
    await clock.advance(1);
    expect((await history(url)).items).toHaveLength(1);
  });

  test("keeps to the window, the endpoint, the id and the verdict", async () => {
    const clock = createFakeClock();
    const { url } = await runSimulator({ clock, durationMs: [1000, 1000] });
    const id = await submit(url, { prompt: "a" });
    await clock.advance(60_000);
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
    const count = async (query: string) => (await history(url, query)).items.length;

    expect(await count(`&start=${at(0)}&end=${at(2)}`)).toBe(1);
    expect(await count(`&start=${at(1)}`)).toBe(0);
    expect(await count(`&end=${at(0)}`)).toBe(0);
    expect(await count(`&request_id=${id}`)).toBe(1);
    expect(await count("&request_id=other")).toBe(0);
    expect(await count("&status=success")).toBe(1);
    expect(await count("&status=error")).toBe(0);
    expect((await history(url, "", "other/model")).items).toEqual([]);
  });

  test("pages by cursor", async () => {
    const { simulator, url } = await runSimulator({ concurrency: 9 });
    for (let index = 0; index < 5; index += 1) {
      simulator.finish(await submit(url, { prompt: "[sim:stuck]", seed: index + 1 }));
    }
    const seen: unknown[] = [];
    let page = await history(url, "&limit=2");
    seen.push(...page.items.map((item) => item["request_id"]));
    while (page.has_more) {
      page = await history(url, `&limit=2&cursor=${encodeURIComponent(page.next_cursor ?? "")}`);
      seen.push(...page.items.map((item) => item["request_id"]));
    }

    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  test("words its errors as the platform API does", async () => {
    const { url } = await runSimulator({ keys: ["a:b"] });
    const address = `${url}/v1/models/requests/by-endpoint`;

    expect(await call(address)).toMatchObject({
      status: 401,
      body: { error: { type: "authorization_error" } },
    });
    expect(await call(address, { headers: { authorization: "Key a:b" } })).toMatchObject({
      status: 400,
      body: { error: { type: "validation_error" } },
    });
  });
});

async function history(url: string, query = "", endpoint = MODEL): Promise<History> {
  const { body } = await call(`${url}/v1/models/requests/by-endpoint?endpoint_id=${endpoint}${query}`);
  return body as History;
}
