import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findChromium, openBrowser } from "../support/browser.ts";
import { openHome, type Product, type ProductHome } from "../support/product.ts";

const executable = findChromium();
// A browser, the product and its painter share what the machine has.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describe.skipIf(executable === null)("a person at the page", () => {
  let home: ProductHome;
  let product: Product;
  let browser: Browser;
  let page: Page;
  let url: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    home = await openHome({ SIMULATOR_SECONDS: "1.5-2" });
    product = home.start();
    [browser, url] = await Promise.all([openBrowser(executable ?? ""), product.ready]);
    const context = await browser.newContext({
      reducedMotion: "reduce",
      viewport: { width: 1100, height: 900 },
    });
    page = await context.newPage();
    page.setDefaultTimeout(45_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (entry) => {
      if (entry.type() === "error" || entry.type() === "warning") complaints.push(entry.text());
    });
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`);
    });
    await page.goto(url);
    await page.locator(".person-choice").first().waitFor();
  });
  afterAll(async () => {
    const picture = process.env["PAGE_SCREENSHOT"];
    if (picture) await page.screenshot({ path: picture });
    await browser.close();
    await home.close();
  });

  const box = () => page.getByRole("combobox", { name: "Message" });
  const messages = () => page.locator("li.message:has(.card)");
  const loaded = (message: Locator) => message.locator(".frame.loaded img");

  /** The message that the deed brings, once it has its picture and the bot has it on record. */
  async function painted(deed: () => Promise<void>): Promise<Locator> {
    const before = { messages: await messages().count(), done: jobsDone() };
    await deed();
    const message = await pinned(messages().nth(before.messages));
    await loaded(message).waitFor();
    await expect.poll(jobsDone, { timeout: 45_000 }).toBeGreaterThan(before.done);
    return message;
  }
  const jobsDone = () => product.stdout().split('"msg":"Job done"').length - 1;

  /** The very message, wherever it moves. */
  async function pinned(message: Locator): Promise<Locator> {
    return page.locator(`li[id="${await message.getAttribute("id")}"]`);
  }

  async function become(name: string): Promise<void> {
    await page.getByRole("radio", { name: new RegExp(`^\\S*\\s*${name}`) }).check({ force: true });
    await expect.poll(() => page.locator(".person-choice:has(:checked)").innerText()).toContain(name);
    await messages().first().waitFor();
  }

  it("types a command with its completion, watches it being painted, and sees the picture", async () => {
    await box().pressSequentially("/im");
    await page.getByRole("option", { name: /\/imagine/ }).waitFor();
    expect(await box().getAttribute("aria-expanded")).toBe("true");
    await box().pressSequentially("agine prompt:a lighthouse at dusk ar:");
    expect(await page.getByRole("option").count()).toBe(9);
    await box().pressSequentially("16:9 seed:42");
    expect(await page.getByRole("option").count()).toBe(0);
    expect(await page.locator(".pill").allInnerTexts()).toEqual(["prompt ✓", "ar ✓", "seed", "no"]);

    const message = await painted(async () => {
      await box().press("Enter");
      await page.getByRole("progressbar").waitFor();
      await page.locator(".title", { hasText: "Painting" }).waitFor();
      expect(await page.getByRole("button", { name: "Cancel", exact: true }).count()).toBe(1);
    });
    expect(await box().inputValue()).toBe("");
    expect(await page.getByRole("progressbar").count()).toBe(0);
    const picture = loaded(message);
    expect(await picture.getAttribute("alt")).toBe("a lighthouse at dusk");
    const ratio = await picture.evaluate((img: HTMLImageElement) => img.naturalWidth / img.naturalHeight);
    expect(ratio).toBeCloseTo(16 / 9, 1);
    expect(await message.locator(".facts").innerText()).toMatch(/16:9[\s\S]*42/);
    expect(await message.locator("code").innerText()).toBe(
      "/imagine prompt:a lighthouse at dusk ar:16:9 seed:42",
    );
  });

  it("reacts with 🎲 and sees another picture beside the first", async () => {
    const first = await pinned(messages().last());
    const roll = await painted(() => first.getByRole("button", { name: /React with 🎲/ }).click());
    expect(await roll.innerText()).toContain("Another roll of this picture");
    expect(await loaded(roll).getAttribute("src")).not.toBe(await loaded(first).getAttribute("src"));
    expect(await first.getByRole("button", { name: /React with 🎲/ }).getAttribute("aria-pressed")).toBe(
      "true",
    );
    expect(await loaded(first).count()).toBe(1);
  });

  it("becomes somebody else and rolls that picture again", async () => {
    await become("Ben");
    const first = await pinned(messages().first());
    const roll = await painted(() => first.getByRole("button", { name: "Reroll" }).click());
    expect(await roll.innerText()).toMatch(/Ben\s+pressed Reroll/);
    expect(await roll.innerText()).toMatch(/For Ben/);
    await roll.getByRole("link", { name: "this picture" }).click();
    expect(await first.evaluate((row) => row === document.activeElement)).toBe(true);
  });

  it("is told of a wrong ratio alone", async () => {
    await box().fill("/imagine a cat ar:16:8");
    await box().press("Enter");
    const refusal = page.locator(".card", { hasText: "the nearest is 16:9" });
    await refusal.waitFor();
    await page.getByText("Only you can see this.").waitFor();
    await become("Chloé");
    expect(await refusal.count()).toBe(0);
    await become("Ben");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await refusal.waitFor({ state: "detached" });
  });

  it("finds everything again after a reload", async () => {
    const before = await page.locator("#feed").innerText();
    await page.reload();
    await loaded(messages().nth(2)).waitFor();
    expect(await page.locator("#feed").innerText()).toBe(before);
    expect(await page.locator(".person-choice:has(:checked)").innerText()).toContain("Ben");
  });

  it("gets from nothing to a second picture by the keyboard alone", async () => {
    await page.reload();
    await loaded(messages().nth(2)).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await box().evaluate((element) => element === document.activeElement)).toBe(true);

    const first = await painted(async () => {
      await page.keyboard.type("/im");
      await page.getByRole("option", { name: /\/imagine/ }).waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.type("a paper boat ar:2");
      await page.keyboard.press("Enter");
      expect(await box().inputValue()).toBe("/imagine a paper boat ar:2:3 ");
      await page.keyboard.press("Enter");
    });
    const roll = await painted(async () => {
      await tabBackTo(/^React with 🎲/);
      await page.keyboard.press("Space");
    });
    expect(await roll.innerText()).toContain("Another roll of this picture");
    expect(await loaded(roll).getAttribute("alt")).toBe("a paper boat");
    expect(await loaded(first).count()).toBe(1);
  });

  it("is read out and labelled for who cannot see it", async () => {
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.title()).not.toBe("");
    expect(await page.locator("h1").count()).toBe(1);
    expect(await page.locator("main").count()).toBe(1);
    expect(await page.locator("[aria-live=polite]").count()).toBe(1);
    expect(await page.evaluate(unnamed)).toEqual([]);
    expect(await page.evaluate(doubledIds)).toEqual([]);
  });

  it("sees where the keyboard is", async () => {
    await box().focus();
    await page.keyboard.press("Shift+Tab");
    const look = await page.evaluate(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement ?? document.body);
      return { outlineStyle, boxShadow };
    });
    expect(look.outlineStyle !== "none" || look.boxShadow !== "none").toBe(true);
  });

  it("has it dark or light as the system says", async () => {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    const light = await paper();
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await paper()).not.toBe(light);
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("has met no error on the way", () => {
    expect(complaints).toEqual([]);
    expect(product.stderr()).toBe("");
  });

  /** Goes back with the keyboard until something with this name has it. */
  async function tabBackTo(name: RegExp): Promise<void> {
    for (let steps = 0; steps < 40; steps += 1) {
      await page.keyboard.press("Shift+Tab");
      const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
      if (name.test(label)) return;
    }
    throw new Error(`The keyboard never got to ${name}`);
  }
});

/** Pictures without a text and controls without a name, as markup. */
function unnamed(): readonly string[] {
  const named = (element: Element) => {
    const labels =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
    const words = [element.getAttribute("aria-label"), element.textContent, labels?.[0]?.textContent];
    return words.some((text) => (text ?? "").trim() !== "");
  };
  const pictures = [...document.querySelectorAll("img")].filter((img) => img.alt.trim() === "");
  const controls = [
    ...document.querySelectorAll(
      "button, a[href], input, textarea, select, [role=button], [role=progressbar]",
    ),
  ].filter((element) => !named(element));
  return [...pictures, ...controls].map((element) => element.outerHTML.slice(0, 200));
}

function doubledIds(): readonly string[] {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}
