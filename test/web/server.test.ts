import { afterEach, describe, expect, it } from "vitest";
import type { Happening } from "../../src/core/telemetry.ts";
import { BotError } from "../../src/errors.ts";
import { createMetrics } from "../../src/web/metrics.ts";
import { createWebServer, type Mount, type WebServer } from "../../src/web/server.ts";

const TOKEN = "a-token-of-some-length";
const open: WebServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

async function serve(overrides: Partial<Parameters<typeof createWebServer>[0]> = {}) {
  const metrics = createMetrics({ counts: () => ({ waiting: 2, running: 1 }) });
  const server = createWebServer({
    host: "127.0.0.1",
    port: 0,
    loopback: true,
    token: null,
    metrics,
    platforms: () => ({ playground: true }),
    mounts: [],
    ...overrides,
  });
  open.push(server);
  return { url: await server.start(), metrics };
}

describe("the web server", () => {
  it("is healthy once every platform is connected", async () => {
    let connected = false;
    const { url } = await serve({ platforms: () => ({ discord: connected }) });
    const starting = await fetch(`${url}/healthz`);
    expect([starting.status, await starting.json()]).toMatchObject([503, { status: "starting" }]);
    connected = true;
    const well = await fetch(`${url}/healthz`);
    expect([well.status, await well.json()]).toMatchObject([
      200,
      { status: "ok", platforms: { discord: true } },
    ]);
  });

  it("counts what happens", async () => {
    const { url, metrics } = await serve();
    const jobId = "abc";
    const happenings: Happening[] = [
      { type: "event-received", platform: "p", kind: "command" },
      { type: "event-repeated", platform: "p", kind: "command" },
      { type: "refused", platform: "p", why: "input" },
      { type: "acknowledged", platform: "p", ms: 12 },
      { type: "job-accepted", jobId, platform: "p" },
      { type: "edit", platform: "p", outcome: "sent" },
      { type: "provider-call", call: "submit", outcome: "ok", ms: 40 },
      { type: "fault", where: "submit", jobId, error: new Error("x") },
      {
        type: "job-finished",
        jobId,
        platform: "p",
        outcome: "failed",
        failure: "busy",
        waitedMs: 1000,
        paintedMs: null,
        deliveredMs: null,
      },
      {
        type: "job-finished",
        jobId,
        platform: "p",
        outcome: "done",
        failure: null,
        waitedMs: 0,
        paintedMs: 5000,
        deliveredMs: 100,
      },
      {
        type: "job-finished",
        jobId,
        platform: "p",
        outcome: "cancelled",
        failure: null,
        waitedMs: null,
        paintedMs: null,
        deliveredMs: null,
      },
    ];
    for (const happening of happenings) metrics.telemetry(happening);
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const line of [
      'imagine_events_total{platform="p",kind="command"} 1',
      'imagine_event_repeats_total{platform="p",kind="command"} 1',
      'imagine_refusals_total{platform="p",why="input"} 1',
      'imagine_jobs_accepted_total{platform="p"} 1',
      'imagine_jobs_finished_total{platform="p",outcome="failed",failure="busy"} 1',
      'imagine_jobs_finished_total{platform="p",outcome="done",failure=""} 1',
      'imagine_edits_total{platform="p",outcome="sent"} 1',
      'imagine_provider_calls_total{call="submit",outcome="ok"} 1',
      'imagine_faults_total{where="submit"} 1',
      'imagine_jobs{state="waiting"} 2',
      'imagine_jobs{state="running"} 1',
      'imagine_paint_seconds_sum{platform="p"} 5',
      'imagine_ack_seconds_count{platform="p"} 1',
    ])
      expect(text).toContain(line);
  });

  it("guards metrics and mounted pages, and turns a token in the address into a cookie", async () => {
    const mount: Mount = {
      exposure: "local",
      prefix: "/",
      plugin: async (app) => {
        app.get("/page", async () => "the page");
      },
    };
    const { url } = await serve({ loopback: false, token: TOKEN, mounts: [mount] });
    for (const path of ["/metrics", "/page"]) expect((await fetch(`${url}${path}`)).status).toBe(401);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    const redirect = await fetch(`${url}/page?token=${TOKEN}&x=1`, { redirect: "manual" });
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get("location")).toBe("/page?x=1");
    const cookie = redirect.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const page = await fetch(`${url}/page`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
    expect(await page.text()).toBe("the page");
  });

  it("hands signed routes the raw bytes", async () => {
    const mount: Mount = {
      exposure: "signed",
      path: "/slack/events",
      async listener(request, response) {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        response.end(Buffer.concat(chunks));
      },
    };
    const { url } = await serve({ mounts: [mount] });
    const body = '{ "odd":   "spacing" }';
    for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain"]) {
      const answer = await fetch(`${url}/slack/events`, {
        method: "POST",
        body,
        headers: { "content-type": type },
      });
      expect(await answer.text()).toBe(body);
    }
  });

  it("says in a sentence that its port is taken", async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    await expect(serve({ port })).rejects.toMatchObject({
      code: "config",
      message: `Port ${port} is in use.`,
    });
    await expect(serve({ host: "256.0.0.1" })).rejects.toThrow(BotError);
  });
});
