import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { costOf } from "../../src/core/charge.ts";
import { createPresence } from "../../src/web/admin/presence.ts";
import { aJob, aPlace, aReplyRef, aRequest, aRequester, aTake } from "../support/builders.ts";
import { aBusyMonth } from "../support/busy-month.ts";
import { type DashboardWorld, openDashboard, SHOWN_AT, UP_MS, WEB_TOKEN } from "../support/dashboard.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { dashboardSchema } from "./dashboard-schema.ts";

const pageDirectory = fileURLToPath(new URL("../../src/web/admin/page", import.meta.url));
let world: DashboardWorld | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function serve(...args: Parameters<typeof openDashboard>): Promise<DashboardWorld> {
  const [jobs, options] = args;
  world = await openDashboard(jobs, { pageDirectory, ...options });
  return world;
}
/** The dashboard's JSON, checked to its last field. */
async function dashboardOf({ data }: DashboardWorld) {
  return dashboardSchema.parse(await (await data()).json());
}
const asBrowser = { headers: { accept: "text/html,*/*" }, redirect: "manual" } as const;
const withToken = { headers: { cookie: `imagine_token=${WEB_TOKEN}` }, redirect: "manual" } as const;
const PATHS = ["/admin", "/admin/", "/admin/data", "/admin/base.css"] as const;

describe("who may see the dashboard", () => {
  it.each(PATHS)("nobody while WEB_TOKEN is not set, this machine included: %s", async (path) => {
    const { url } = await serve([], { token: null });
    for (const query of ["", "?token=", "?token=null"]) {
      const answer = await fetch(`${url}${path}${query}`, asBrowser);
      expect(answer.status).toBe(403);
      expect(answer.headers.get("content-type")).toContain("text/html");
      expect(await answer.text()).toContain("Set WEB_TOKEN to 16 characters or more");
    }
    const program = await fetch(`${url}${path}`);
    expect(await program.json()).toEqual({ error: expect.stringContaining("WEB_TOKEN") });
  });

  it.each(PATHS)("nobody without the token, or with a wrong one: %s", async (path) => {
    const { url } = await serve([aJob({ createdAt: SHOWN_AT - 1000 })]);
    for (const wrong of ["", "?token=", `?token=${WEB_TOKEN}x`]) {
      const answer = await fetch(`${url}${path}${wrong}`, asBrowser);
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([401, null]);
      expect(await answer.text()).not.toContain("lighthouse");
    }
  });

  it("whoever has it: once in the address, then in a cookie, for programs in a header", async () => {
    const { url, data } = await serve([]);
    const first = await fetch(`${url}/admin?token=${WEB_TOKEN}`, asBrowser);
    expect([first.status, first.headers.get("location")]).toEqual([302, "/admin"]);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toContain("HttpOnly; SameSite=Strict");
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    const page = await fetch(`${url}/admin`, { headers });
    expect([page.status, new URL(page.url).pathname]).toEqual([200, "/admin/"]);
    expect(await page.text()).toContain("<title>Dashboard");
    expect((await data()).status).toBe(200);
  });

  it("no page of another site, not even with the cookie", async () => {
    const { url } = await serve([]);
    const headers = { ...withToken.headers, origin: "https://elsewhere.example" };
    expect((await fetch(`${url}/admin/data`, { headers })).status).toBe(403);
  });
});

describe("the page", () => {
  it("may load and run nothing but its own files, in no frame", async () => {
    const { url } = await serve([]);
    for (const path of ["/admin/", "/admin/data", "/admin/base.css"]) {
      const { headers, status } = await fetch(`${url}${path}`, withToken);
      expect(status).toBe(200);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("holds no script or style of its own and names no other place", () => {
    const html = readFileSync(`${pageDirectory}/index.html`, "utf8");
    expect(html.match(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/g)).toBeNull();
    const places = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, place]) => place);
    expect(places.filter((place) => !/^[\w.-]+$/.test(place ?? ""))).toEqual([]);
  });

  it("keeps its sources to itself", async () => {
    const { url } = await serve([]);
    for (const file of ["main.ts", "tsconfig.json", "..%2fadmin.ts"])
      expect((await fetch(`${url}/admin/${file}`, withToken)).status).toBe(404);
  });
});

describe("the dashboard's JSON", () => {
  it("has one shape, over a lively month and over nothing", async () => {
    const month = aBusyMonth(SHOWN_AT);
    const lively = await serve(month);
    const { history, money } = await dashboardOf(lively);
    expect(history).toMatchObject({ at: SHOWN_AT, cutAt: null, jobs: month.length });
    const cost = month
      .filter(({ state }) => state !== "queued" && state !== "running")
      .reduce((sum, job) => sum + (costOf(job) ?? 0), 0);
    const setAside = 3 * 45_000;
    expect(money.days.reduce((sum, day) => sum + day.microUsd, 0)).toBe(cost + setAside);
    await lively.close();
    const nothing = await dashboardOf(await serve([]));
    expect(nothing).toMatchObject({ money: { workspaces: [] }, history: { jobs: 0, recent: [] } });
  });

  it("is never kept by a browser or a proxy", async () => {
    const { data } = await serve([]);
    expect((await data()).headers.get("cache-control")).toBe("no-store");
  });

  it("leads to a message where its platform has an address for it", async () => {
    const reply = (messageKey: string | null) => aReplyRef({ messageKey });
    const opened = await serve(
      [
        aJob({ id: "one", createdAt: SHOWN_AT - 1, reply: reply("discord/1/2/3") }),
        aJob({ id: "two", createdAt: SHOWN_AT - 2, reply: reply("unknown") }),
        aJob({ id: "three", createdAt: SHOWN_AT - 3 }),
      ],
      { linkTo: (platform, key) => (key === "unknown" ? null : `https://${platform}.example/${key}`) },
    );
    const { history } = await dashboardOf(opened);
    expect(history.recent.map(({ link }) => link)).toEqual([
      "https://discord.example/discord/1/2/3",
      null,
      null,
    ]);
  });

  it("has prompts as they were typed, but none of a private conversation", async () => {
    const hostile = `</script><script>alert(1)</script> "quoted" \u2028`;
    const opened = await serve([
      aJob({ id: "a", createdAt: SHOWN_AT - 1, request: aRequest({ prompt: hostile }) }),
      aJob({
        id: "b",
        createdAt: SHOWN_AT - 2,
        place: aPlace({ kind: "direct" }),
        request: aRequest({ prompt: "a surprise for Ben" }),
      }),
    ]);
    const answer = await opened.data();
    expect(answer.headers.get("content-type")).toContain("application/json");
    const text = await answer.text();
    expect(text).not.toContain("surprise");
    const { history } = dashboardSchema.parse(JSON.parse(text));
    expect(history.recent.map(({ prompt }) => prompt)).toEqual([hostile, null]);
  });

  it("names a failure in plain words", async () => {
    const job = aJob({
      state: "failed",
      failure: "content-policy",
      createdAt: SHOWN_AT - 1,
      takes: [aTake({ state: "failed", failure: "content-policy" })],
    });
    const { history } = await dashboardOf(await serve([job]));
    expect(history.failures).toEqual([{ name: "Content filter", pictures: 1 }]);
    expect(history.recent[0]?.failure).toBe("Content filter");
  });

  it("sets money against ceilings, the bot's and each workspace's own", async () => {
    const painted = (id: string, workspace: string | null) =>
      aJob({
        id,
        requester: aRequester({ workspace }),
        state: "done",
        createdAt: SHOWN_AT - 1,
        takes: [aTake({ id: `${id}-1`, state: "fetched" })],
      });
    const jobs = [painted("a", "guild-1"), painted("b", "guild-1"), painted("c", null)];
    const { money } = await dashboardOf(
      await serve(jobs, {
        ceilings: { day: null, month: 9_000_000 },
        ceilingsOf: async (workspace) => ({
          day: workspace === "discord/guild-1" ? 500_000 : null,
          month: null,
        }),
      }),
    );
    const budgetOf = (microUsd: number, day: number | null, month: number | null) => ({
      day: { microUsd, ceiling: day },
      month: { microUsd, ceiling: month },
    });
    expect(money.bot).toEqual(budgetOf(135_000, null, 9_000_000));
    expect(money.workspaces).toEqual([
      { platform: "discord", id: "guild-1", pictures: 2, budget: budgetOf(90_000, 500_000, null) },
      { platform: "discord", id: null, pictures: 1, budget: budgetOf(45_000, null, null) },
    ]);
    expect(money.days.at(-1)).toEqual({ day: "2026-11-26", microUsd: 135_000 });
  });

  it("tells the line and the platforms as they are now", async () => {
    const line = { waiting: 3, running: 2, atOnce: 2, isPaused: true };
    const connected = { discord: true, slack: true };
    const opened = await serve([], { line: () => line, platforms: () => connected });
    connected.slack = false;
    const { line: told, platforms } = await dashboardOf(opened);
    expect(told).toEqual(line);
    expect(platforms).toEqual([
      { name: "discord", isConnected: true, since: SHOWN_AT - UP_MS },
      { name: "slack", isConnected: false, since: SHOWN_AT },
    ]);
  });

  it("is a sentence while the records cannot be read, and the owner's log has the rest", async () => {
    const broken = new Error("disk on fire at /dev/sda");
    const opened = await serve([], { store: { history: () => Promise.reject(broken) } });
    const answer = await opened.data();
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { error: "The bot cannot read its records at the moment." },
    ]);
    expect(opened.faults).toEqual([broken]);
  });
});

describe("presence", () => {
  it("knows since when each platform is as it is, also when nobody looks, until it is told to stop", async () => {
    const clock = createFakeClock();
    const start = clock.now();
    const platforms: Record<string, boolean> = { discord: false, slack: true };
    const presence = createPresence({ platforms: () => platforms, clock });
    const stopping = new AbortController();
    const watching = presence.watch(stopping.signal);
    await clock.advance(60_500);
    platforms["discord"] = true;
    await clock.advance(60_000);
    expect(presence.list()).toEqual([
      { name: "discord", isConnected: true, since: start + 61_000 },
      { name: "slack", isConnected: true, since: start },
    ]);
    stopping.abort();
    await watching;
    expect(clock.pending()).toBe(0);
  });
});
