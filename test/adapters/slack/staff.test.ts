import { afterEach, describe, expect, it } from "vitest";
import { imagesAdmin } from "../../../commands/images-admin.ts";
import { systemClock } from "../../../src/core/clock.ts";
import type { CommandMeaning } from "../../../src/core/command.ts";
import type { CommandEvent, InboundEvent } from "../../../src/core/events.ts";
import { MANIFEST_SCOPES } from "../../support/slack/emulator.ts";
import { isType, type OpenStage, openStage } from "../../support/slack/stage-helpers.ts";
import type { SlackUser } from "../../support/slack/state.ts";
import { ADA, BOB, CHANNEL, CLEO, createSlackStage, type StageOptions } from "../../support/slack/world.ts";
import { aView } from "../../support/views.ts";

let open: OpenStage | null = null;
afterEach(() => open?.stage.close());

async function onStage(options?: StageOptions): Promise<OpenStage> {
  open = await openStage(await createSlackStage({ adapterClock: systemClock, ...options }));
  open.stage.emulator.state.addGroup({ id: "S0ARTISTS", handle: "artists", users: [ADA], isDisabled: false });
  return open;
}

const WITH_USERS = [...MANIFEST_SCOPES, "users:read"];

/** The event of a command that nothing is said to. */
async function typed(
  { stage, inbox }: OpenStage,
  text: string,
  { user = CLEO, channel = CHANNEL, command = "images-admin" } = {},
): Promise<CommandEvent> {
  const answered = inbox.answer("command", (event) => event.responder.settle());
  await stage.people.slash(user, channel, command, text);
  return (await answered).event;
}

const meaningOf = ({ input }: CommandEvent): CommandMeaning => imagesAdmin.interpret(input);
const order = (what: object) => ({ type: "order", order: what });

describe("/images-admin", () => {
  it.each([
    ["a person", "block @bob days:7 spamming", { type: "block", user: BOB, reason: "spamming", days: 7 }],
    ["a person by the option's name", "unblock user:@bob", { type: "unblock", user: BOB }],
    ["a channel", "channel deny #general", { type: "access", about: "channel", id: CHANNEL, rule: "deny" }],
    [
      "a user group",
      "role allow @artists",
      { type: "access", about: "role", id: "S0ARTISTS", rule: "allow" },
    ],
    [
      "a channel without the option's name",
      "log-channel #general",
      { type: "log-channel", channel: CHANNEL },
    ],
  ])("names %s by id", async (_name, text, meaning) => {
    expect(meaningOf(await typed(await onStage(), text))).toEqual(order(meaning));
  });

  it("tries a prompt to the letter, whatever Slack makes of its signs and addresses", async () => {
    const opened = await onStage();
    const prompt = "a <b> & “c” at &amp; d";
    expect(meaningOf(await typed(opened, `blocklist test ${prompt}`))).toEqual(
      order({ type: "blocklist", step: { type: "test", prompt } }),
    );
    const answered = opened.inbox.answer("command", (event) => event.responder.settle());
    const sent = "blocklist test see <https://example.com/a?b=1&amp;c=2>";
    await opened.stage.people.slashRaw(CLEO, CHANNEL, "images-admin", sent);
    expect(meaningOf((await answered).event)).toEqual(
      order({ type: "blocklist", step: { type: "test", prompt: "see https://example.com/a?b=1&c=2" } }),
    );
  });

  it("arrives the same way over HTTP", async () => {
    const opened = await onStage({ transport: "http" });
    const event = await typed(opened, "block @bob a < b");
    expect(event.input).toEqual({ type: "text", text: `block <@${BOB}|bob> a < b` });
  });

  it("keeps its ids when a name holds signs of Slack's own", async () => {
    const opened = await onStage();
    const answered = opened.inbox.answer("command", (event) => event.responder.settle());
    await opened.stage.people.slashRaw(CLEO, CHANNEL, "images-admin", "unblock <@U0X|x&gt;y &amp; z>");
    expect(meaningOf((await answered).event)).toEqual(order({ type: "unblock", user: "U0X" }));
  });
});

describe("the other commands", () => {
  it.each([
    ["imagine", "@bob and #general in a boat"],
    ["images", "show abcdefgh2345"],
  ])("/%s hands its text over as it was typed", async (command, text) => {
    const event = await typed(await onStage(), text, { command });
    expect(event).toMatchObject({ command, input: { type: "text", text } });
  });
});

describe("what people may do", () => {
  const dora: SlackUser = { id: "U0DORA", name: "dora", isAdmin: false, isBot: false };
  const staff = { moderator: true, owner: true };
  const nobody = { moderator: false, owner: false };

  async function standingOf(user: SlackUser, scopes: readonly string[] = WITH_USERS) {
    const opened = await onStage({ scopes });
    opened.stage.emulator.state.addUser(user);
    return (await typed(opened, "status", { user: user.id })).standing;
  }

  it.each([
    ["a member", {}, nobody],
    ["an admin", { isAdmin: true }, staff],
    ["an owner", { isOwner: true }, staff],
    ["the primary owner", { isPrimaryOwner: true }, staff],
    [
      "an admin of another company, in a shared channel",
      { isAdmin: true, isOwner: true, team: "T0OTHER" },
      nobody,
    ],
  ] satisfies [string, Partial<SlackUser>, object][])("is known of %s", async (_name, rank, expected) => {
    expect(await standingOf({ ...dora, ...rank })).toEqual({ ...expected, roles: [] });
  });

  it("is nothing special of anybody as long as the app may not ask who people are", async () => {
    const standing = await standingOf({ ...dora, isPrimaryOwner: true }, MANIFEST_SCOPES);
    expect(standing).toEqual({ ...nobody, roles: [] });
  });
});

describe("where something was done", () => {
  const direct = (channel: string) => ({ channel, kind: "direct", ageRestricted: null });
  const channel = (id: string) => ({ channel: id, kind: "channel", ageRestricted: null });

  it("is a channel, a conversation of several people counting as one, or private with the bot", async () => {
    const opened = await onStage();
    const { state } = opened.stage.emulator;
    state.addChannel({ id: "G0SEVERAL", kind: "private" });
    const own = state.directWith(ADA).id;
    const at = async (id: string) => (await typed(opened, "", { user: ADA, channel: id })).place;
    expect(await at(CHANNEL)).toEqual(channel(CHANNEL));
    expect(await at("G0SEVERAL")).toEqual(channel("G0SEVERAL"));
    expect(await at(own)).toEqual(direct(own));
  });

  it("is the channel of a press, a reaction and a message, also within a thread", async () => {
    const { stage, inbox, replied } = await onStage();
    const places: unknown[] = [];
    const note = async (event: InboundEvent) => {
      if (event.type !== "home") places.push(event.place);
      if ("responder" in event) await event.responder.settle();
    };
    const { message } = await replied(aView({ actions: [anAction] }));
    const inThread = stage.people.say(BOB, CHANNEL, "a boat", message.ts);
    const done = [inbox.answer("action", note), inbox.answer("reaction", note), inbox.answer("ask", note)];
    await stage.people.press(BOB, message, "cancel:job-1");
    await stage.people.react("added", BOB, inThread, "game_die");
    await stage.people.messageShortcut(BOB, inThread, "imagine-message");
    await Promise.all(done);
    expect(places).toEqual([channel(CHANNEL), channel(CHANNEL), channel(CHANNEL)]);
  });

  it("is private for a global shortcut, and what was picked once its form is sent", async () => {
    const { stage, inbox } = await onStage();
    const asked = inbox.answer("ask", (event) => event.responder.form(aForm));
    await stage.people.globalShortcut(ADA, "imagine-global");
    expect((await asked).event.place).toEqual(direct(""));
    const answered = inbox.answer("command", (event) => event.responder.settle());
    await stage.people.submit(ADA, { prompt: "a fox", _conversation: CHANNEL });
    const { event } = await answered;
    expect(isType(event, "command") && event.place).toEqual(channel(CHANNEL));
  });
});

const anAction = { intent: "cancel", jobId: "job-1", label: "Cancel", emoji: "❌", confirm: null } as const;
const aForm = {
  title: "Imagine an image",
  submit: "Paint",
  command: "imagine",
  parentId: null,
  fields: [
    {
      option: "prompt",
      label: "Prompt",
      value: "",
      required: true,
      multiline: true,
      choices: [],
      maxLength: 2000,
    },
  ],
};
