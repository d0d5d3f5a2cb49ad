import { describe, expect, it } from "vitest";
import { findChromium } from "../../support/browser.ts";
import { aDoneView, anAction, aPicture, aView, aWorkingView } from "../../support/views.ts";
import { usePage } from "./page-stage.ts";

const executable = findChromium();

describe.skipIf(executable === null)("the playground's page", () => {
  const stage = usePage(executable ?? "");
  const { box, cards, paint, newPage, enter } = stage;

  it("invites with three examples and puts the chosen one into the message box", async () => {
    const examples = stage.page.locator(".example");
    expect(await examples.count()).toBe(3);
    await examples.first().click();
    expect(await box().inputValue()).toMatch(/^\/imagine /);
    expect(await box().evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("shows a reply from line to picture in one card, without moving what is below the picture", async () => {
    const { handle } = await paint(
      aWorkingView({ progress: { since: 0, expectedAt: null, log: "step 3 of 9" } }),
    );
    await expect.poll(() => cards().innerText()).toContain("step 3 of 9");
    const before = await stage.page.locator(".facts").boundingBox();
    const height = await stage.page.locator(".frame").evaluate((frame) => frame.clientHeight);
    await handle.update(aDoneView(await aPicture()));
    await stage.page.locator(".frame.loaded img").waitFor();
    expect(await cards().count()).toBe(1);
    expect(await stage.page.locator(".frame").evaluate((frame) => frame.clientHeight)).toBe(height);
    expect(before).not.toBeNull();
    expect(await stage.page.getByRole("img", { name: "a red fox in fresh snow" }).count()).toBe(1);
  });

  it("shows a prompt as text, whatever is in it", async () => {
    const prompt = "<img src=x onerror=alert(1)> **bold**\n  & two  lines @everyone";
    await paint(aView({ prompt }));
    expect(await stage.page.locator(".prompt").evaluate((element) => element.textContent)).toBe(prompt);
    expect(await stage.page.locator(".prompt *").count()).toBe(0);
    const look = await stage.page
      .locator(".prompt")
      .evaluate((element) => getComputedStyle(element).whiteSpace);
    expect(look).toBe("pre-wrap");
  });

  it("completes a command and a ratio with the keyboard alone", async () => {
    await box().pressSequentially("/im");
    await stage.page.getByRole("option").waitFor();
    await box().press("Tab");
    expect(await box().inputValue()).toBe("/imagine ");
    await box().pressSequentially("a fox ar:");
    expect(await stage.page.getByRole("option").count()).toBe(2);
    await box().press("ArrowDown");
    expect(await stage.page.getByRole("option", { selected: true }).innerText()).toContain("9:16");
    await box().press("Enter");
    expect(await box().inputValue()).toBe("/imagine a fox ar:9:16 ");
    expect(await stage.page.locator(".pill").allInnerTexts()).toEqual(["prompt ✓", "ar ✓"]);
    expect(await box().getAttribute("aria-expanded")).toBe("false");
  });

  it("sends with Enter, breaks the line with Shift and Enter, and brings the last text back", async () => {
    await box().fill("first line");
    await box().press("Shift+Enter");
    await box().pressSequentially("second line");
    await box().press("Enter");
    await stage.page.locator(".text").waitFor();
    expect(await stage.page.locator(".text").innerText()).toBe("first line\nsecond line");
    expect(await box().inputValue()).toBe("");
    await box().press("ArrowUp");
    expect(await box().inputValue()).toBe("first line\nsecond line");
  });

  it("shows private words to the one they are for, who can put them away", async () => {
    const other = await newPage();
    await enter(other);
    await other.getByText("Ben", { exact: true }).click();
    await box().fill("/draw a fox");
    await box().press("Escape");
    await box().press("Enter");
    await stage.page.getByText("Only you can see this.").waitFor();
    await box().fill("over here");
    await box().press("Enter");
    await other.locator(".text", { hasText: "over here" }).waitFor();
    expect(await other.getByText("There is no such command").count()).toBe(0);
    await stage.page.getByRole("button", { name: "Dismiss" }).first().click();
    await expect.poll(() => stage.page.getByText("There is no such command").count()).toBe(0);
    await other.context().close();
  });

  it("puts a reaction on and takes it off again", async () => {
    await paint(aView());
    const added = stage.inbox.answer("reaction", async () => {});
    const dice = stage.page.getByRole("button", { name: /React with 🎲/ });
    await dice.click();
    expect((await added).event).toMatchObject({ change: "added", intent: "reroll" });
    await expect.poll(() => dice.getAttribute("aria-pressed")).toBe("true");
    expect(await dice.getAttribute("title")).toContain("Ada");
    const removed = stage.inbox.answer("reaction", async () => {});
    await dice.click();
    expect((await removed).event.change).toBe("removed");
    await expect.poll(() => dice.getAttribute("aria-pressed")).toBe("false");
  });

  it("asks before a button that wants it, and takes no for an answer", async () => {
    await paint(aDoneView(await aPicture()));
    await stage.page.getByRole("button", { name: "Delete" }).click();
    await stage.page.getByText("Delete this picture for everyone?").waitFor();
    await stage.page.keyboard.press("Escape");
    await expect.poll(() => stage.page.locator("dialog").count()).toBe(0);
    expect(stage.inbox.unexpected).toEqual([]);
    const pressed = stage.inbox.answer("action", (event) => event.responder.settle());
    await stage.page.getByRole("button", { name: "Delete" }).click();
    await stage.page.locator("dialog").getByRole("button", { name: "Delete" }).click();
    expect((await pressed).event.intent).toBe("delete");
  });

  it("opens a form and sends its answers", async () => {
    await paint(aView({ actions: [anAction({ intent: "edit", label: "Edit" })] }));
    const asked = stage.inbox.answer("action", (event) =>
      event.responder.form({
        title: "Paint it differently",
        submit: "Paint",
        command: "imagine",
        parentId: "job-1",
        fields: [
          {
            option: "prompt",
            label: "Prompt",
            value: "a red fox",
            required: true,
            multiline: true,
            choices: [],
            maxLength: 2000,
          },
        ],
      }),
    );
    await stage.page.getByRole("button", { name: "Edit" }).click();
    await asked;
    await stage.page.getByLabel("Prompt").fill("a blue fox");
    const answered = stage.inbox.answer("command", (event) =>
      event.responder.reply(aView({ jobId: "job-2" })),
    );
    await stage.page.getByRole("button", { name: "Paint", exact: true }).click();
    expect((await answered).event).toMatchObject({
      parentId: "job-1",
      input: { type: "options", action: null, options: { prompt: "a blue fox" } },
    });
  });

  it("enlarges a picture, closes with Escape and gives the keyboard back", async () => {
    await paint(aDoneView(await aPicture()));
    const zoom = stage.page.getByRole("button", { name: /Enlarge/ });
    await zoom.click();
    await stage.page.locator("dialog.lightbox img").waitFor();
    await stage.page.keyboard.press("Escape");
    await expect.poll(() => stage.page.locator("dialog").count()).toBe(0);
    expect(await zoom.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("keeps the keyboard on a button while the card around it changes", async () => {
    const { handle } = await paint(aWorkingView());
    const cancel = stage.page.getByRole("button", { name: "Cancel", exact: true });
    await cancel.focus();
    await handle.update(aWorkingView({ title: ["Almost there"] }));
    await stage.page.getByText("Almost there").waitFor();
    expect(await cancel.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("reads out a new status once, and not every step", async () => {
    const { handle } = await paint(aWorkingView({ title: ["Painting"] }));
    const said = stage.page.locator("#announcer");
    await expect.poll(() => said.innerText()).toBe("Painting");
    await handle.update(aWorkingView({ title: ["Painting, step 2"] }));
    await stage.page.getByText("Painting, step 2").waitFor();
    expect(await said.innerText()).toBe("Painting");
    await handle.update(aDoneView(await aPicture(), { title: ["Done in 9 s"] }));
    await expect.poll(() => said.innerText()).toBe("Done in 9 s");
  });

  it("puts a command into the message box on request", async () => {
    await paint(aDoneView(await aPicture()));
    await stage.page.getByRole("button", { name: "Use prompt" }).click();
    expect(await box().inputValue()).toBe("/imagine prompt:a red fox in fresh snow ar:16:9 seed:42");
  });

  it("shows the same after a reload", async () => {
    await paint(aDoneView(await aPicture()));
    await stage.page.locator(".frame.loaded").waitFor();
    const before = await cards().innerText();
    await stage.page.reload();
    await stage.page.locator(".frame.loaded").waitFor();
    expect(await cards().innerText()).toBe(before);
  });

  it("says so when the bot is away, gives the text back, and recovers by itself", async () => {
    await stage.playground.adapter.stop();
    await stage.page.getByText("Connection lost").waitFor();
    await box().fill("/imagine a fox");
    await box().press("Escape");
    await box().press("Enter");
    await stage.page.getByRole("alert").filter({ hasText: "not running" }).waitFor();
    expect(await box().inputValue()).toBe("/imagine a fox");
    await stage.playground.adapter.start(stage.inbox.sink);
    await stage.page.getByText("Connection lost").waitFor({ state: "hidden", timeout: 45_000 });
  });

  // Found by hand: killed right after a picture was shown, the bot came back and the picture did not.
  it("asks again for a picture that did not come before the bot went away", async () => {
    await stage.page.route("**/pictures/*", (route) => route.abort());
    await paint(aDoneView(await aPicture()));
    await stage.page.locator(".frame.lost").waitFor();
    await stage.page.unroute("**/pictures/*");
    await stage.playground.adapter.stop();
    await stage.page.getByText("Connection lost").waitFor();
    await stage.playground.adapter.start(stage.inbox.sink);
    await stage.page.locator(".frame.loaded:not(.lost)").waitFor({ timeout: 45_000 });
  });
});
