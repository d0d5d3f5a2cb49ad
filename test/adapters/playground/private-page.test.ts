import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.ts";
import { type View, wordsView } from "../../../src/core/view.ts";
import { findChromium } from "../../support/browser.ts";
import { aDoneView, aPicture, aView } from "../../support/views.ts";
import { usePage } from "./page-stage.ts";

const executable = findChromium();

describe.skipIf(executable === null)("private things on the playground's page", () => {
  const stage = usePage(executable ?? "", { commands });
  const { box, cards, paint, ask, become } = stage;

  const usage: View = {
    ...wordsView("notice", ["7 pictures left"], [["Ask with ", { type: "code", text: "/imagine a fox" }]]),
    facts: [
      { label: "This hour", value: "13 of 20" },
      { label: "Pictures that wait or are being painted", value: "2 of 10, and then some more words" },
    ],
  };

  it("completes an action, a person and a name with the keyboard alone", async () => {
    await box().pressSequentially("/images-admin bl");
    expect(await stage.page.getByRole("option").count()).toBe(2);
    await box().press("Enter");
    expect(await box().inputValue()).toBe("/images-admin block ");
    expect(await stage.page.getByRole("option").allInnerTexts()).toHaveLength(4);
    await box().pressSequentially("b");
    await box().press("Tab");
    expect(await box().inputValue()).toBe("/images-admin block @ben ");
    await stage.page.getByRole("button", { name: /^days:/ }).click();
    await box().pressSequentially("7");
    expect(await box().inputValue()).toBe("/images-admin block @ben days:7");
    expect(await stage.page.locator(".pill-command").innerText()).toBe("/images-admin block");
    expect(await stage.page.locator(".pill").allInnerTexts()).toEqual(["user ✓", "reason", "days"]);
    const answered = stage.inbox.answer("command", (event) => event.responder.refuse(usage));
    await box().press("Enter");
    expect((await answered).event.input).toEqual({ type: "text", text: "block @ben days:7" });
  });

  it("offers moderators' commands to moderators alone", async () => {
    await box().fill("/images");
    expect(await stage.page.getByRole("option").count()).toBe(2);
    await become("Ben");
    await box().fill("/image");
    await expect.poll(() => stage.page.getByRole("option").count()).toBe(1);
  });

  it("says of everybody what they are here", async () => {
    const ranks = await stage.page.locator(".person-choice").allInnerTexts();
    expect(ranks.map((text) => text.replace(/\s+/g, " "))).toEqual([
      "🦉 Ada owner",
      "🐻 Ben",
      "🦊 Chloé @artists",
      "🐢 Dora moderator",
    ]);
  });

  it.each([1100, 390])("shows an answer's facts as a table, %i pixels wide", async (width) => {
    await stage.page.setViewportSize({ width, height: 800 });
    await ask("/images usage", usage);
    const columns = await cards()
      .locator("dd")
      .evaluateAll((cells) => cells.map((cell) => Math.round(cell.getBoundingClientRect().left)));
    expect(new Set(columns).size).toBe(1);
    const overflow = await stage.page.evaluate(() =>
      ["body", ".top-inner", ".scroller", ".card"].filter((selector) => {
        const element = document.querySelector(selector);
        return element !== null && element.scrollWidth > element.clientWidth;
      }),
    );
    expect(overflow).toEqual([]);
    await stage.page.setViewportSize({ width: 1280, height: 720 });
  });

  it("shows an answer longer than the window from its beginning, and lets it be scrolled to its end", async () => {
    const lines = Array.from({ length: 80 }, (_, index) => [`entry ${index + 1}`]);
    await ask("/images-admin blocklist list", wordsView("notice", ["The blocklist"], lines));
    const line = (text: string) => cards().getByText(text, { exact: true });
    const inView = (text: string) =>
      line(text).evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      });
    await expect.poll(() => inView("The blocklist")).toBe(true);
    expect(await inView("entry 80")).toBe(false);
    await line("entry 80").scrollIntoViewIfNeeded();
    expect(await inView("entry 80")).toBe(true);
  });

  it("leads from an answer to a picture's message, and says when that is gone", async () => {
    const { handle } = await paint(aView());
    const messageKey = handle.ref.messageKey;
    const history = wordsView(
      "notice",
      ["Your latest pictures"],
      [
        [{ type: "job", jobId: "job-1", messageKey, text: "a red fox" }],
        [{ type: "job", jobId: "job-2", messageKey: null, text: "never posted" }],
      ],
    );
    await ask("/images history", history);
    const link = stage.page.getByRole("link", { name: "a red fox" });
    await link.click();
    const row = stage.page.locator("li.message").first();
    expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await stage.page.getByRole("link", { name: "never posted" }).count()).toBe(0);
    await handle.remove();
    await expect.poll(() => cards().count()).toBe(1);
    await link.click();
    await stage.page.getByRole("alert").filter({ hasText: "no longer here" }).waitFor();
  });

  it("hides a picture until it is asked for, and again after a reload", async () => {
    await paint(aDoneView(await aPicture({ spoiler: true })));
    const lid = stage.page.getByRole("button", { name: "Hidden picture. Click to show" });
    const picture = stage.page.locator(".frame.loaded img");
    await picture.waitFor();
    const look = () => picture.evaluate((element) => getComputedStyle(element).filter);
    expect(await look()).toContain("blur");
    expect(await stage.page.locator(".zoom[inert]").count()).toBe(1);
    await lid.focus();
    await stage.page.keyboard.press("Enter");
    await expect.poll(look).toBe("none");
    const zoom = stage.page.getByRole("button", { name: /Enlarge/ });
    expect(await zoom.evaluate((element) => element === document.activeElement)).toBe(true);
    await become("Ben");
    await picture.waitFor();
    expect(await lid.count()).toBe(0);
    await stage.page.reload();
    await lid.waitFor();
  });

  it("offers a document for download", async () => {
    const document = { fileName: "export.json", contentType: "application/json", text: '{"jobs":[]}' };
    const answered = stage.inbox.answer("command", async (event) => {
      const view = { ...wordsView("notice", ["What is stored about you"]), documents: [document] };
      await stage.playground.adapter.openReply(event.direct, async () => {}).create(view);
      await event.responder.settle();
    });
    await box().fill("/images export");
    await box().press("Enter");
    await answered;
    const chip = stage.page.getByRole("link", { name: /export\.json/ });
    const [download] = await Promise.all([stage.page.waitForEvent("download"), chip.click()]);
    expect(download.suggestedFilename()).toBe("export.json");
    expect(await readFile(await download.path(), "utf8")).toBe(document.text);
  });

  it("shows the moderators' log as that, to moderators", async () => {
    const { adapter } = stage.playground;
    const note = wordsView("notice", [{ type: "person", user: "chloe", name: "chloe" }, " was refused"]);
    await adapter.openReply(adapter.channelRef(null, "log"), async () => {}).create(note);
    const entry = stage.page.locator("li.message", { hasText: "Chloé was refused" });
    await entry.getByText("Moderators’ log").waitFor();
    expect(await entry.innerText()).not.toMatch(/Sent to you|Dismiss/);
    await become("Dora");
    await entry.waitFor();
    await become("Ben");
    await expect.poll(() => entry.count()).toBe(0);
  });
});
