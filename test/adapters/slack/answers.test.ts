import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { MANIFEST_SCOPES } from "../../support/slack/emulator.ts";
import { str } from "../../support/slack/fields.ts";
import { readText } from "../../support/slack/reader.ts";
import { failureOf, keepNothing, type OpenStage, openStage } from "../../support/slack/stage-helpers.ts";
import type { SlackChannel } from "../../support/slack/state.ts";
import { ADA, BOB, CHANNEL, CLEO, createSlackStage, type StageOptions } from "../../support/slack/world.ts";
import { aView, aWorkingView } from "../../support/views.ts";

let open: OpenStage | null = null;
afterEach(() => open?.stage.close());

async function onStage(options?: StageOptions): Promise<OpenStage> {
  open = await openStage(await createSlackStage(options));
  return open;
}

/** What one person was told in private, and by which way. */
function told({ stage }: OpenStage, user: string): readonly (readonly [string, string])[] {
  const { ephemerals } = stage.emulator.state;
  return ephemerals
    .filter((one) => one.user === user)
    .map(({ via, text, blocks }) => [via, readText(text, blocks)] as const);
}

/** The scopes an owner has after adding the optional one. */
const WITH_USERS = [...MANIFEST_SCOPES, "users:read"];

describe("where nothing can be posted", () => {
  it.each([
    ["a public channel the bot is not in", { kind: "public", members: new Set([ADA]) }, "/invite @imagine"],
    ["a private channel the bot is not in", { kind: "private", members: new Set([ADA]) }, "/invite @imagine"],
    [
      "a conversation between two people",
      { kind: "im", members: new Set([ADA, BOB]) },
      "direct message between people",
    ],
    ["an archived channel", { archived: true }, "archived"],
    ["a read-only channel", { posting: "read-only" }, "read-only"],
    ["a channel for threads only", { posting: "thread-only" }, "threads"],
  ] satisfies [string, Partial<SlackChannel>, string][])(
    "tells the person alone, in %s",
    async (_name, channel, words) => {
      const opened = await onStage();
      const { stage, inbox, messages } = opened;
      stage.emulator.state.addChannel({ id: "C0OTHER", ...channel });
      const answered = inbox.answer("command", (event) => failureOf(event.responder.reply(aView())));
      const delivered = await stage.people.slash(ADA, "C0OTHER", "imagine", "x");
      expect((await answered).result).toMatchObject({
        problem: "forbidden",
        remedy: expect.stringContaining(words),
      });
      expect(delivered).toMatchObject({ outcome: "acked" });
      expect(messages()).toEqual([]);
      expect(told(opened, ADA)).toEqual([["response_url", expect.stringContaining(words)]]);
    },
  );

  it("says so at the picker, where a form was sent, and keeps the form open", async () => {
    const { stage, inbox, messages } = await onStage({ adapterClock: systemClock });
    stage.emulator.state.addChannel({ id: "C0OTHER", members: new Set([ADA]) });
    await openGlobalForm();
    const answered = inbox.answer("command", (event) => failureOf(event.responder.reply(aView())));
    await stage.people.submit(ADA, { prompt: "a fox", _conversation: "C0OTHER" });
    await answered;
    expect(stage.emulator.state.modals.get(ADA)?.errors).toEqual({
      _conversation: expect.stringContaining("/invite"),
    });
    expect(messages()).toEqual([]);
  });

  it("works in the bot's own conversation with a person, and in a private channel after an invitation", async () => {
    const { stage, inbox, messages } = await onStage();
    const { state } = stage.emulator;
    state.addChannel({ id: "C0SECRET", kind: "private", members: new Set([ADA, "U0BOT"]) });
    for (const channel of [state.directWith(ADA).id, "C0SECRET"]) {
      const answered = inbox.answer("command", (event) => event.responder.reply(aView()));
      await stage.people.slash(ADA, channel, "imagine", "x");
      expect((await answered).result.messageKey).toContain(channel);
    }
    expect(messages()).toHaveLength(2);
  });
});

describe("a command", () => {
  it("is read as it was typed", async () => {
    const { replied } = await onStage();
    const { event } = await replied(aView(), "a <b> & c ar:16:9 “smart” — fox");
    expect(event).toMatchObject({ input: { type: "text", text: "a <b> & c ar:16:9 “smart” — fox" } });
  });

  it("is acknowledged as soon as the core answers", async () => {
    const { stage, inbox } = await onStage();
    const answered = inbox.answer("command", (event) => event.responder.refuse(aView({ title: ["No"] })));
    const delivered = await stage.people.slash(ADA, CHANNEL, "imagine", "x");
    await answered;
    expect(delivered.tookMs).toBeLessThan(1000);
    expect(delivered.ack).toMatchObject({ response_type: "ephemeral" });
  });

  it.each(["socket", "http"] as const)(
    "is refused by response_url when the core took too long (%s)",
    async (transport) => {
      const opened = await onStage({ transport });
      const { stage, inbox } = opened;
      let go: (value: unknown) => void = () => undefined;
      const late = new Promise((resolve) => {
        go = resolve;
      });
      const answered = inbox.answer("command", async (event) => {
        await late;
        await event.responder.refuse(aView({ title: ["Sorry, no"] }));
      });
      const delivered = await stage.people.slash(ADA, CHANNEL, "imagine", "x");
      expect(delivered.outcome).toBe("acked");
      go(null);
      await answered;
      expect(told(opened, ADA)).toEqual([["response_url", expect.stringContaining("Sorry, no")]]);
    },
  );

  it("is refused in the channel, for that person only, when its response_url does not work", async () => {
    const opened = await onStage();
    const { stage, inbox, replied } = opened;
    const { message } = await replied(aWorkingView());
    stage.emulator.faults.add("response_url", { type: "status", status: 404 });
    const refused = inbox.answer("action", (event) =>
      event.responder.refuse(aView({ title: ["Not yours"] })),
    );
    await stage.people.press(BOB, message, "cancel:job-1");
    await refused;
    expect(told(opened, BOB)).toEqual([["chat.postEphemeral", expect.stringContaining("Not yours")]]);
  });

  it("is carried out although its connection was lost before the acknowledgement", async () => {
    const { stage, inbox, messages } = await onStage();
    const answered = inbox.answer("command", async (event) => {
      stage.emulator.link.drop("all");
      return event.responder.reply(aView());
    });
    void stage.people.slash(ADA, CHANNEL, "imagine", "x");
    await answered;
    expect(messages()).toHaveLength(1);
  });
});

describe("forms", () => {
  it("open from a message, with its words, and answer in its thread", async () => {
    const { stage, inbox, messages } = await onStage();
    const said = stage.people.say(BOB, CHANNEL, "a castle & <moat>");
    const asked = inbox.answer("ask", async (event) => {
      await event.responder.form(aForm(event.initial["prompt"] ?? ""));
    });
    await stage.people.messageShortcut(ADA, said, "imagine-message");
    expect((await asked).event).toMatchObject({
      command: "imagine",
      initial: { prompt: "a castle & <moat>" },
    });
    const answered = inbox.answer("command", (event) => event.responder.reply(aView()));
    await stage.people.submit(ADA, { seed: "42" });
    expect((await answered).event).toMatchObject({
      command: "imagine",
      input: { type: "options", action: null, options: { prompt: "a castle & <moat>", seed: 42 } },
      parentId: null,
    });
    expect(messages().at(-1)?.threadTs).toBe(said.ts);
    expect(stage.emulator.state.modals.has(ADA)).toBe(false);
  });

  it("open from one of our own replies with its prompt, to the letter", async () => {
    const { stage, inbox, replied } = await onStage();
    const { message } = await replied(aView({ prompt: "a *castle* & <moat>" }));
    const asked = inbox.answer("ask", (event) => event.responder.form(aForm("")));
    await stage.people.messageShortcut(ADA, message, "imagine-message");
    expect((await asked).event.initial).toEqual({ prompt: "a *castle* & <moat>" });
  });

  it("open from a reply in a thread and answer in that thread", async () => {
    const { stage, inbox, messages } = await onStage();
    const first = stage.people.say(BOB, CHANNEL, "look");
    const reply = stage.people.say(BOB, CHANNEL, "a boat", first.ts);
    const asked = inbox.answer("ask", (event) => event.responder.form(aForm("a boat")));
    await stage.people.messageShortcut(ADA, reply, "imagine-message");
    await asked;
    const answered = inbox.answer("command", (event) => event.responder.reply(aView()));
    await stage.people.submit(ADA, {});
    await answered;
    expect(messages().at(-1)?.threadTs).toBe(first.ts);
  });

  it("open from anywhere, ask for the place, and post there", async () => {
    const { stage, inbox, messages } = await onStage();
    await openGlobalForm();
    const answered = inbox.answer("command", (event) => event.responder.reply(aView()));
    await stage.people.submit(ADA, { prompt: "a fox", _conversation: CHANNEL });
    const { event } = await answered;
    expect(event).toMatchObject({ input: { type: "options", action: null, options: { prompt: "a fox" } } });
    expect(messages()).toMatchObject([{ channel: CHANNEL, threadTs: null }]);
  });

  it("stay open with the core's words when the answers are refused", async () => {
    const { stage, inbox } = await onStage();
    await openGlobalForm();
    const refused = inbox.answer("command", (event) =>
      event.responder.refuse(aView({ title: ["Too rude"], lines: [["Try other words"]] })),
    );
    await stage.people.submit(ADA, { prompt: "x", _conversation: CHANNEL });
    await refused;
    expect(stage.emulator.state.modals.get(ADA)?.errors).toEqual({ prompt: "Too rude\nTry other words" });
  });

  it("say so when the trigger has expired, and leave nothing open", async () => {
    const clock = createFakeClock();
    const opened = await onStage({ clock });
    const { stage, inbox, replied } = opened;
    const { message } = await replied(aWorkingView());
    const asked = inbox.answer("action", async (event) => {
      await clock.advance(3001);
      return failureOf(event.responder.form(aForm("")));
    });
    await stage.people.press(ADA, message, "cancel:job-1");
    expect((await asked).result).toMatchObject({ problem: "expired" });
    expect(stage.emulator.state.modals.has(ADA)).toBe(false);
    expect(told(opened, ADA)).toEqual([["response_url", expect.stringContaining("too slow")]]);
  });

  it("are not there for a shortcut that is refused: a notice is", async () => {
    const { stage, inbox } = await onStage();
    const refused = inbox.answer("ask", (event) =>
      event.responder.refuse(aView({ title: ["Closed today"], prompt: null })),
    );
    await stage.people.globalShortcut(ADA, "imagine-global");
    await refused;
    const modal = stage.emulator.state.modals.get(ADA);
    expect(JSON.stringify(modal?.view)).toContain("Closed today");
  });
});

describe("people and their rights", () => {
  it("are members unless the owner added users:read, and admins may then manage", async () => {
    for (const [scopes, expected] of [
      [MANIFEST_SCOPES, false],
      [WITH_USERS, true],
    ] as const) {
      const { stage, inbox, replied } = await onStage({ scopes, adapterClock: systemClock });
      const { message } = await replied();
      const reacted = inbox.answer("reaction", async () => undefined);
      await stage.people.react("added", CLEO, message, "x");
      expect((await reacted).event).toMatchObject({ standing: { moderator: expected }, intent: "delete" });
      await stage.close();
    }
  });

  it("react in any skin tone", async () => {
    const { stage, inbox, replied } = await onStage();
    const { message } = await replied();
    const reacted = inbox.answer("reaction", async () => undefined);
    await stage.people.react("added", BOB, message, "repeat::skin-tone-4");
    expect((await reacted).event).toMatchObject({ intent: "reroll", emoji: "repeat" });
  });
});

describe("the home page", () => {
  const home = {
    title: "imagine",
    sections: [{ title: "Try", lines: [["Type ", { type: "code", text: "/imagine a fox" } as const]] }],
    recent: [
      {
        jobId: "job-1",
        messageKey: `slack/T0TESTERS/${CHANNEL}/1700000000.000100`,
        prompt: "a *fox*",
        at: 1_700_000_000_000,
      },
    ],
  };

  it("is published when it is opened and has changed", async () => {
    const { stage, inbox } = await onStage();
    for (const title of ["imagine", "imagine", "imagine!"]) {
      const shown = inbox.answer("home", (event) => event.show({ ...home, title }));
      await stage.people.openHome(ADA, "home");
      await shown;
    }
    await stage.people.openHome(ADA, "messages");
    expect(stage.emulator.calls("views.publish").map((call) => call.outcome)).toEqual(["ok", "ok"]);
    const page = JSON.stringify(stage.emulator.state.homes.get(ADA)?.view);
    expect(page).toContain("https://testers.slack.com/archives/C0GENERAL/p1700000000000100");
    expect(page).toContain("a *fox*");
    expect(inbox.unexpected).toEqual([]);
  });
});

describe("a private conversation", () => {
  it("that cannot be opened is closed", async () => {
    const { stage, inbox, replied } = await onStage();
    const { message } = await replied();
    const reacted = inbox.answer("reaction", (event) =>
      failureOf(stage.adapter.openReply(event.direct, keepNothing).create(aView())),
    );
    stage.emulator.faults.add("conversations.open", { type: "error", error: "user_disabled" });
    await stage.people.react("added", BOB, message, "envelope");
    expect((await reacted).result).toMatchObject({ problem: "closed" });
  });
});

async function openGlobalForm(): Promise<void> {
  if (open === null) throw new Error("No stage.");
  const { stage, inbox } = open;
  const asked = inbox.answer("ask", (event) => event.responder.form(aForm("")));
  await stage.people.globalShortcut(ADA, "imagine-global");
  await asked;
  const blocks = stage.emulator.state.modals.get(ADA)?.view["blocks"];
  if (!Array.isArray(blocks) || str(blocks.at(-1), "block_id") !== "_conversation")
    throw new Error("No picker.");
}

function aForm(prompt: string) {
  const field = { value: "", required: false, multiline: false, choices: [], maxLength: null };
  return {
    title: "Imagine an image",
    submit: "Paint",
    command: "imagine",
    parentId: null,
    fields: [
      {
        ...field,
        option: "prompt",
        label: "Prompt",
        value: prompt,
        required: true,
        multiline: true,
        maxLength: 2000,
      },
      { ...field, option: "seed", label: "Seed" },
    ],
  };
}
