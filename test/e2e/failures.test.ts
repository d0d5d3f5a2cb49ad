import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILURE_SENTENCES } from "../../src/core/sentences.ts";
import type { FailureCode } from "../../src/errors.ts";
import { SIMULATOR_DIRECTIVES } from "../../src/simulator/simulator.ts";
import { createFalWorld, type FalWorld, type Run } from "./fal-world.ts";
import { plain, type Shown } from "./playground-client.ts";

/** How a request with each directive ends for the person who asked. */
const ENDS: Readonly<Record<string, FailureCode | "picture">> = {
  content_policy_violation: "content-policy",
  no_media_generated: "provider-failure",
  feature_not_supported: "bad-input",
  image_too_large: "bad-input",
  file_download_error: "bad-input",
  generation_timeout: "timeout",
  downstream_service_error: "provider-failure",
  downstream_service_unavailable: "provider-failure",
  internal_server_error: "provider-failure",
  request_timeout: "timeout",
  startup_timeout: "timeout",
  runner_scheduling_failure: "busy",
  runner_connection_timeout: "provider-failure",
  runner_disconnected: "provider-failure",
  runner_connection_refused: "provider-failure",
  runner_connection_error: "provider-failure",
  runner_incomplete_response: "provider-failure",
  runner_server_error: "provider-failure",
  client_disconnected: "provider-failure",
  client_cancelled: "provider-failure",
  bad_request: "bad-input",
  internal_error: "provider-failure",
  busy: "busy",
  submit_503: "unknown-fate",
  lost_submit: "picture",
  submit_502: "picture",
  status_500: "picture",
  stream_cut: "picture",
  "result_malformed:2": "picture",
  "media_404:2": "picture",
  "media_cut:2": "picture",
  "media_broken:2": "picture",
  "media_html:2": "picture",
  media_huge: "picture-unavailable",
  slow: "picture",
  fast: "picture",
  no_images: "provider-failure",
  big: "picture",
  webp: "picture",
  no_size: "picture",
};
/** What only the owner can mend: the line pauses, and no request is lost. */
const PAUSES = ["balance", "budget", "bad_key", "unknown_app"];
/** In neither table: one only takes its time, the others are about cancelling. */
const ELSEWHERE = ["media_slow", "stuck", "cancel_500"];
/** Stands in every prompt, and so must never stand in the log. */
const CANARY = "heliotrope";
const SECRET = "a5ecret";

describe("whatever goes wrong at fal", () => {
  let world: FalWorld;
  let run: Run;
  let ends: ReadonlyMap<string, Shown>;
  const closing: (() => unknown)[] = [];

  // All of them at once: each waits for something else.
  beforeAll(async () => {
    const environment = {
      FAL_KEY: `key-id:${SECRET}`,
      FAL_CONCURRENCY: "50",
      FAL_HISTORY_SECONDS: "1",
      LOG_LEVEL: "trace",
    };
    world = await createFalWorld((close) => closing.push(close), environment, {
      concurrency: 50,
      durationMs: [50, 100],
    });
    run = await world.start();
    const names = Object.keys(ENDS);
    const over = names.map(async (name) => [name, await endOf(`${CANARY} [sim:${name}]`)] as const);
    ends = new Map(await Promise.all(over));
  }, 60_000);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  /** What the reply shows in the end. */
  async function endOf(prompt: string): Promise<Shown> {
    const reply = await run.ada.imagine(prompt);
    return run.ada.see(
      `the end of ${prompt}`,
      ({ id, view }) => id === reply.id && /done|failed/.test(view.kind),
    );
  }

  it.each(Object.entries(ENDS))("[sim:%s] ends with: %s", (name, end) => {
    const shown = ends.get(name);
    if (end === "picture") {
      expect(shown?.view.kind).toBe("done");
      expect(shown?.view.images).toHaveLength(1);
    } else {
      // The whole sentence and nothing else: no word of fal's, none of an exception.
      expect(shown && plain(shown.view.title)).toBe(`No picture · ${FAILURE_SENTENCES[end]}`);
      expect(shown?.view.lines.map(plain)).toEqual(["For Ada"]);
    }
  });

  it("is shown for every directive of the simulator", () => {
    const shown = [...Object.keys(ENDS).map((name) => name.replace(/:\d+$/, "")), ...PAUSES, ...ELSEWHERE];
    expect(shown.toSorted()).toEqual(SIMULATOR_DIRECTIVES.map(({ name }) => name).toSorted());
  });

  it("pays for no take twice, and for a lost answer once", () => {
    const prompts = world.simulator.requests().map(({ input }) => JSON.stringify(input));
    expect(new Set(prompts).size).toBe(prompts.length);
    for (const lost of ["lost_submit", "submit_502"]) {
      expect(prompts.filter((prompt) => prompt.includes(`[sim:${lost}]`))).toHaveLength(1);
    }
    expect(prompts.filter((prompt) => prompt.includes("[sim:submit_503]"))).toHaveLength(0);
  });

  it("breaks no rule of fal's", () => {
    expect(world.simulator.violations()).toEqual([]);
  });

  it("a cancel that fal does not answer says so", async () => {
    const reply = await run.ada.imagine(`${CANARY} [sim:stuck] [sim:cancel_500]`);
    await run.ada.see("the painting", ({ id, view }) => id === reply.id && plain(view.title) === "Painting");
    await run.ada.press(reply, "cancel");
    const cancelled = await run.ada.seeKind(reply, "cancelled");
    expect(plain(cancelled.view.lines[0] ?? [])).toContain("did not answer whether it stopped");
  });

  it("keeps prompts and keys out of the log, at its most talkative", () => {
    const log = run.product.stdout() + run.product.stderr();
    expect(log).toContain('"Job failed"');
    expect(log).not.toContain(CANARY);
    expect(log).not.toContain(SECRET);
  });

  it("leaves nothing on standard error", () => {
    expect(run.product.stderr()).toBe("");
  });
});

describe("while fal refuses the account", () => {
  it.each(PAUSES)(
    "[sim:%s] pauses the line, tells the owner once, and can be cancelled for free",
    async (name) => {
      const closing: (() => unknown)[] = [];
      try {
        const world = await createFalWorld((close) => closing.push(close), { FAL_KEY: "key-id:secret" });
        const { product, ada } = await world.start();
        const first = await ada.imagine(`[sim:${name}] one`);
        const second = await ada.imagine(`[sim:${name}] two`);
        for (const reply of [first, second])
          await ada.see(
            "the pause",
            ({ id, view }) => id === reply.id && plain(view.title).startsWith("Paused"),
          );
        await ada.press(first, "cancel");
        const cancelled = await ada.seeKind(first, "cancelled");
        expect(plain(cancelled.view.lines[0] ?? [])).toContain("nothing was spent");
        expect(world.simulator.submits()).toBe(0);
        expect(product.stdout().match(/the line is paused/g)).toHaveLength(1);
      } finally {
        for (const close of closing) await close();
      }
    },
  );
});
