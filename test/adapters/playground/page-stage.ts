import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { PlaygroundOptions } from "../../../adapters/playground/adapter.ts";
import type { CommandEvent } from "../../../src/core/events.ts";
import type { ReplyHandle } from "../../../src/core/ports.ts";
import type { View } from "../../../src/core/view.ts";
import { createInbox, type Inbox } from "../../contracts/platform-world.ts";
import { openBrowser } from "../../support/browser.ts";
import { compilePage } from "../../support/compile-page.ts";
import { createPlayground, type Playground } from "./playground-world.ts";

/** A person (Ada at first) at the page of a fresh, started playground, with the steps most cases begin with. */
export interface PageStage {
  readonly page: Page;
  readonly playground: Playground;
  readonly inbox: Inbox;
  /** Another page, with a memory of its own, that has not gone anywhere yet. */
  newPage(): Promise<Page>;
  enter(page: Page): Promise<void>;
  /** Makes the person at the page somebody else. */
  become(name: string): Promise<void>;
  box(): Locator;
  cards(of?: Page): Locator;
  /** Sends a text and has the bot reply to everybody with the view. */
  paint(view: View, text?: string): Promise<{ readonly event: CommandEvent; readonly handle: ReplyHandle }>;
  /** Sends a text and has the bot answer in private with the view. */
  ask(text: string, view: View): Promise<void>;
}

/** Sets the stage up before each test of the enclosing `describe`; a test fails when the page broke its own policy. */
export function usePage(executable: string, options: Partial<PlaygroundOptions> = {}): PageStage {
  let pageDirectory: string;
  let browser: Browser;
  let page: Page;
  let playground: Playground;
  let inbox: Inbox;
  const complaints: string[] = [];

  // One page for all: each playground has an origin, and so a memory, of its own.
  beforeAll(async () => {
    pageDirectory = compilePage("adapters/playground/page");
    browser = await openBrowser(executable);
    page = await newPage();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    complaints.length = 0;
    playground = await createPlayground({ ...options, pageDirectory });
    inbox = createInbox();
    await playground.adapter.start(inbox.sink);
    await enter(page);
  });
  afterEach(async () => {
    await page.goto("about:blank");
    await playground.adapter.stop();
    await playground.close();
    expect(complaints).toEqual([]);
  });

  async function newPage(): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const opened = await context.newPage();
    opened.setDefaultTimeout(45_000);
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("console", (entry) => {
      if (entry.type() === "error" && /Content Security Policy/i.test(entry.text()))
        complaints.push(entry.text());
    });
    return opened;
  }

  async function enter(who: Page): Promise<void> {
    await who.goto(playground.url);
    await who.locator(".person-choice").first().waitFor();
  }

  const box = () => page.getByRole("combobox", { name: "Message" });
  const cards = (of = page) => of.locator(".card");
  const send = async (text: string) => {
    await box().fill(text);
    await box().press("Escape");
    await box().press("Enter");
  };

  return {
    get page() {
      return page;
    },
    get playground() {
      return playground;
    },
    get inbox() {
      return inbox;
    },
    newPage,
    enter,
    box,
    cards,
    become: async (name) => {
      await page.getByRole("radio", { name: new RegExp(name) }).check({ force: true });
      await expect.poll(() => page.locator(".person-choice:has(:checked)").innerText()).toContain(name);
    },
    paint: async (view, text = "/imagine a red fox") => {
      const answered = inbox.answer("command", (event) => event.responder.reply(view));
      await send(text);
      const { event, result: ref } = await answered;
      const handle = playground.adapter.openReply(ref, async () => {});
      await cards().last().waitFor();
      return { event, handle };
    },
    ask: async (text, view) => {
      const answered = inbox.answer("command", (event) => event.responder.refuse(view));
      await send(text);
      await answered;
      await cards().last().waitFor();
    },
  };
}
