import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Dashboard } from "../../src/web/admin/page/wire.ts";
import { findChromium, openBrowser } from "../support/browser.ts";
import { aJob, aRequest, aRequester } from "../support/builders.ts";
import { aBusyMonth } from "../support/busy-month.ts";
import { compilePage } from "../support/compile-page.ts";
import { type DashboardWorld, openDashboard, SHOWN_AT, WEB_TOKEN } from "../support/dashboard.ts";

const executable = findChromium();
// A browser shares what the machine has with the other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const DESKTOP = { width: 1200, height: 967 };
const PHONE = { width: 390, height: 844 };
const CHARTS = ["pictures", "money", "times", "failures"] as const;
/** Between two looks of the page, ms. */
const REFRESH_MS = 10_000;
const MONTH = aBusyMonth(SHOWN_AT);

describe.skipIf(executable === null)("the dashboard in a browser", () => {
  let pageDirectory: string;
  let browser: Browser;
  let world: DashboardWorld;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    pageDirectory = compilePage("src/web/admin/page", ["chart.js/dist/chart.umd.min.js"]);
    browser = await openBrowser(executable ?? "");
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.context().close();
    await world.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  /** Opens the page over these jobs, as its owner does. */
  async function open(
    jobs: Parameters<typeof openDashboard>[0],
    options: Parameters<typeof openDashboard>[1] = {},
    look: BrowserContextOptions = {},
  ): Promise<void> {
    world = await openDashboard(jobs, {
      ceilings: { day: 1_000_000, month: 15_000_000 },
      ceilingsOf: async (workspace) => ({
        day: null,
        month: workspace.startsWith("slack/") ? 6_000_000 : null,
      }),
      line: () => ({ waiting: 2, running: 1, atOnce: 2, isPaused: false }),
      linkTo: (platform, key) => `https://${platform}.example/${key}`,
      pageDirectory,
      ...options,
    });
    const context = await browser.newContext({ viewport: DESKTOP, timezoneId: "UTC", ...look });
    page = await context.newPage();
    page.setDefaultTimeout(45_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (entry) => {
      if (entry.type() === "error" || entry.type() === "warning") complaints.push(entry.text());
    });
    await page.clock.install({ time: SHOWN_AT });
    await page.goto(`${world.url}/admin?token=${WEB_TOKEN}`);
    await page.locator("main").waitFor();
  }

  /** The colours a chart is drawn in: without a drawing there are none. */
  const coloursOf = (chart: string) =>
    page.locator(`#${chart} canvas`).evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return [];
      const { width, height } = canvas;
      // Read from a copy: the browser complains about reading from a canvas that is drawn on.
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      const { data } = copy?.getImageData(0, 0, width, height) ?? { data: [] };
      const counts = new Map<string, number>();
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] !== 255) continue;
        const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      return [...counts].filter(([, pixels]) => pixels > 100).map(([colour]) => colour);
    });
  /** Writes what is in view for the documentation, when asked to. */
  const keepPicture = async (name: string) => {
    const folder = process.env["DASHBOARD_PICTURES"];
    if (folder) await page.screenshot({ path: `${folder}/${name}` });
  };
  const widthNeeded = () => page.evaluate(() => document.documentElement.scrollWidth);
  const openAllNumbers = () =>
    page.locator("details").evaluateAll((all) => {
      for (const one of all) one.setAttribute("open", "");
    });
  const textOf = (selector: string) => page.locator(selector).innerText();

  it("draws every chart, with the same numbers in words and in a table", async () => {
    await open(MONTH);
    await keepPicture("dashboard.png");
    for (const chart of CHARTS) expect((await coloursOf(chart)).length, chart).toBeGreaterThan(0);

    const { history }: Dashboard = await (await world.data()).json();
    const done = history.days.reduce((sum, day) => sum + day.done, 0);
    expect(done).toBeGreaterThan(200);
    expect(await textOf("#pictures > .small")).toContain(`${done} pictures done`);
    await openAllNumbers();
    const cells = await page.locator("#pictures tbody tr td:nth-child(2)").allInnerTexts();
    expect(cells).toEqual(history.days.map((day) => String(day.done)).toReversed());
    expect(await page.locator("#failures tbody tr").count()).toBe(history.failures.length);
    expect(await page.locator("#recent li").count()).toBe(history.recent.length);
    expect(await page.locator("#people tbody tr").count()).toBe(history.people.length);
  });

  it.each(["light", "dark"] as const)("fits a phone, with every table open: %s", async (colorScheme) => {
    await open(MONTH, {}, { viewport: PHONE, deviceScaleFactor: 2, colorScheme });
    if (colorScheme === "dark") await keepPicture("dashboard-phone.png");
    expect(await widthNeeded()).toBeLessThanOrEqual(PHONE.width);
    await openAllNumbers();
    expect(await widthNeeded()).toBeLessThanOrEqual(PHONE.width);
    for (const chart of CHARTS) expect((await coloursOf(chart)).length, chart).toBeGreaterThan(0);
  });

  it("follows the system from light to dark, charts too", async () => {
    await open(MONTH, {}, { colorScheme: "light" });
    const light = await coloursOf("money");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => coloursOf("money")).not.toEqual(light);
  });

  it("shows money against ceilings, and warns near one", async () => {
    await open(MONTH);
    const month = page.getByRole("meter", { name: "Spent this month", exact: true });
    expect(await month.getAttribute("aria-valuetext")).toMatch(/^\$12\.\d\d of \$15\.00, 8\d %$/);
    expect(await month.getAttribute("data-level")).toBe("near");
    expect(await textOf("#workspaces")).toContain("T024BE7LD Slack");
    expect(await textOf("#workspaces")).toContain("of $6.00");
  });

  it("refreshes by itself, and leaves alone what did not change", async () => {
    const now = { waiting: 2, running: 1, atOnce: 2, isPaused: false };
    const connected = { discord: true, slack: true };
    await open(MONTH, { line: () => now, platforms: () => connected });
    await openAllNumbers();
    await page.evaluate(() => document.querySelector("#pictures tbody tr")?.setAttribute("data-mark", ""));
    Object.assign(now, { waiting: 5, isPaused: true });
    connected.slack = false;
    await page.clock.runFor(REFRESH_MS);
    await page.getByText("fal refuses the account").waitFor();
    expect(await textOf("#platforms")).toContain("Slack not connected since");
    expect(await page.locator("#pictures tr[data-mark]").count()).toBe(1);
    expect(await page.locator("details[open]").count()).toBe(CHARTS.length);
  });

  it("says so when the connection is lost, keeps what it had, and recovers by itself", async () => {
    await open(MONTH);
    await page.context().setOffline(true);
    await page.clock.runFor(REFRESH_MS);
    await page.getByText("Connection lost").waitFor();
    expect(await page.locator("#recent li").first().isVisible()).toBe(true);
    await page.context().setOffline(false);
    await page.clock.runFor(REFRESH_MS);
    await page.getByText("Connection lost").waitFor({ state: "hidden" });
    // The browser's own word for what was meant to fail.
    expect(complaints.splice(0)).toEqual([expect.stringContaining("ERR_INTERNET_DISCONNECTED")]);
  });

  it("shows prompts and names as text, whatever is in them", async () => {
    const hostile = `<img src=x onerror="document.title='got you'"> & </script><b>bold</b>`;
    await open([
      aJob({
        createdAt: SHOWN_AT - 1000,
        requester: aRequester({ name: hostile }),
        request: aRequest({ prompt: hostile }),
      }),
    ]);
    expect(await textOf("#recent .prompt")).toBe(hostile);
    expect(await textOf("#recent .who")).toContain(hostile);
    expect(await textOf("#people tbody th")).toContain(hostile);
    expect(await page.locator("main img, main script, main b").count()).toBe(0);
    expect(await page.title()).toContain("Dashboard");
  });

  it("welcomes the owner of a new bot instead of drawing nothing", async () => {
    await open([]);
    await page.getByText("No pictures in the last 30 days").waitFor();
    expect(await page.locator("canvas:visible").count()).toBe(0);
    expect(await textOf("#today")).toContain("0\n");
    expect(await widthNeeded()).toBeLessThanOrEqual(DESKTOP.width);
  });
});
