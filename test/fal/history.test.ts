import { afterEach, describe, expect, it } from "vitest";
import { type Answerer, anOrder, json, type LocalFal, MODEL, startLocalFal } from "./local-fal.ts";

const SENT = Date.UTC(2026, 10, 22, 12);
const INPUT = { prompt: "a lighthouse at dusk", aspect_ratio: "1:1", seed: 42 };

let fal: LocalFal | null = null;
afterEach(async () => {
  await fal?.close();
  fal = null;
});

function item(overrides: object = {}) {
  return { request_id: "req-1", sent_at: new Date(SENT).toISOString(), json_input: INPUT, ...overrides };
}

async function lookUp(answer: Answerer, taken: readonly string[] = []) {
  fal = await startLocalFal(answer);
  return fal.backend.reconcile(anOrder(), SENT, new Set(taken));
}

function pageOf(...items: readonly object[]): Answerer {
  return (_, response) => json(response, 200, { items, next_cursor: null, has_more: false });
}

describe("looking a lost submit up", () => {
  it("asks for the endpoint's requests since shortly before the submit, with their inputs", async () => {
    expect(await lookUp(pageOf(item()))).toEqual({ requestId: "req-1", endpoint: MODEL });
    const [asked] = fal?.received ?? [];
    expect(asked?.path).toBe("/v1/models/requests/by-endpoint");
    expect(asked?.headers.authorization).toBe("Key id:secret");
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
      endpoint_id: MODEL,
      expand: "payloads",
      start: new Date(SENT - 5000).toISOString(),
    });
  });

  it("reads on through the pages", async () => {
    const answer: Answerer = ({ query }, response) =>
      query.get("cursor") === "two"
        ? json(response, 200, { items: [item()], next_cursor: null, has_more: false })
        : json(response, 200, {
            items: [item({ request_id: "x", json_input: {} })],
            next_cursor: "two",
            has_more: true,
          });
    expect(await lookUp(answer)).toMatchObject({ requestId: "req-1" });
  });

  it("takes the earliest of several that match", async () => {
    const later = item({ request_id: "req-2", sent_at: new Date(SENT + 900).toISOString() });
    expect(await lookUp(pageOf(later, item()))).toMatchObject({ requestId: "req-1" });
  });

  it("allows the clocks to differ a little", async () => {
    const sent_at = new Date(SENT - 4000).toISOString();
    expect(await lookUp(pageOf(item({ sent_at })))).toMatchObject({ requestId: "req-1" });
  });

  it("finds it with a mark from the future, as after a restart with a clock that was set back", async () => {
    const sent_at = new Date(Date.now() - 60_000).toISOString();
    fal = await startLocalFal(pageOf(item({ sent_at })));
    const since = Date.now() + 3 * 3_600_000;
    expect(await fal.backend.reconcile(anOrder(), since, new Set())).toMatchObject({ requestId: "req-1" });
  });

  it.each([
    ["another seed", { json_input: { ...INPUT, seed: 43 } }],
    ["another ratio", { json_input: { ...INPUT, aspect_ratio: "3:1" } }],
    ["another prompt", { json_input: { ...INPUT, prompt: "a lighthouse at dusk " } }],
    ["an earlier time", { sent_at: new Date(SENT - 6000).toISOString() }],
    ["an id that is none", { request_id: "../etc" }],
  ])("does not take one with %s", async (_, overrides) => {
    expect(await lookUp(pageOf(item(overrides)))).toBe("absent");
  });

  it("does not take what belongs to another take", async () => {
    expect(await lookUp(pageOf(item()), ["req-1"])).toBe("absent");
  });

  it.each<[string, Answerer]>([
    ["it is refused", (_, response) => json(response, 401, { error: { type: "authorization_error" } })],
    ["it is broken", (_, response) => response.writeHead(200).end("{")],
    ["it has another shape", (_, response) => json(response, 200, { requests: [] })],
    ["the connection is lost", (_, response) => response.socket?.resetAndDestroy()],
    ["an entry that may be ours hides its input", pageOf(item({ json_input: null }))],
    [
      "it never ends",
      (_, response) => json(response, 200, { items: [], next_cursor: "again", has_more: true }),
    ],
    [
      "it says there is more and not where",
      (_, response) => json(response, 200, { items: [], has_more: true }),
    ],
  ])("is unknown when %s", async (_, answer) => {
    expect(await lookUp(answer)).toBe("unknown");
  });
});
