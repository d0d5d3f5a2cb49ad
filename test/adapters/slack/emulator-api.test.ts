import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createCaller } from "../../support/slack/caller.ts";
import {
  createSlackEmulator,
  type EmulatorOptions,
  type SlackEmulator,
} from "../../support/slack/emulator.ts";
import { APP_TOKEN, BOT_TOKEN, BOT_USER } from "../../support/slack/state.ts";

let emulator: SlackEmulator | null = null;
afterEach(() => emulator?.close());
const { call, refusal } = createCaller(() => emulator?.apiUrl ?? "");

async function slack(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  emulator = await createSlackEmulator(options);
  emulator.state.addChannel({ id: "C1" });
  emulator.state.addUser({ id: "U1", name: "ada", isAdmin: false, isBot: false });
  return emulator;
}

async function posted(args: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return String((await call("chat.postMessage", { channel: "C1", text: "hello", ...args })).body["ts"]);
}

async function uploaded(bytes: Buffer = PNG): Promise<string> {
  const { body } = await call("files.getUploadURLExternal", {
    filename: "a.png",
    length: String(bytes.length),
  });
  await fetch(String(body["upload_url"]), { method: "POST", body: new Uint8Array(bytes) });
  await call("files.completeUploadExternal", { files: [{ id: body["file_id"] }] });
  return String(body["file_id"]);
}

const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(24)]);
const WEBP = Buffer.from("RIFF....WEBPVP8 ................");
const picture = (id: string) => [{ type: "image", slack_file: { id }, alt_text: "x" }];

describe("the emulator on tokens and scopes", () => {
  it("refuses unknown tokens and tokens of the wrong kind", async () => {
    await slack();
    expect(await refusal("auth.test", {}, "xoxb-unknown")).toBe("invalid_auth");
    expect(await refusal("auth.test", {}, "")).toBe("not_authed");
    expect(await refusal("auth.test", {}, APP_TOKEN)).toBe("not_allowed_token_type");
    expect(await refusal("apps.connections.open", {}, BOT_TOKEN)).toBe("not_allowed_token_type");
  });

  it("names the scope that is missing", async () => {
    await slack({ scopes: ["commands"] });
    const { body } = await call("chat.postMessage", { channel: "C1", text: "x" });
    expect(body).toMatchObject({
      ok: false,
      error: "missing_scope",
      needed: "chat:write",
      provided: "commands",
    });
  });

  it("knows no methods but its own", async () => {
    await slack();
    expect(await refusal("files.upload")).toBe("unknown_method");
  });
});

describe("the emulator on channels", () => {
  it("lets the bot post only where it is a member", async () => {
    const { state } = await slack();
    state.addChannel({ id: "C2", members: new Set() });
    state.addChannel({ id: "C3", kind: "private", members: new Set() });
    expect(await refusal("chat.postMessage", { channel: "C2", text: "x" })).toBe("not_in_channel");
    expect(await refusal("chat.postMessage", { channel: "C3", text: "x" })).toBe("channel_not_found");
    expect(await refusal("chat.postMessage", { channel: "C9", text: "x" })).toBe("channel_not_found");
  });

  it("keeps archived, read-only and thread-only channels closed", async () => {
    const { state } = await slack();
    state.addChannel({ id: "C2", archived: true });
    state.addChannel({ id: "C3", posting: "read-only" });
    state.addChannel({ id: "C4", posting: "thread-only" });
    expect(await refusal("chat.postMessage", { channel: "C2", text: "x" })).toBe("is_archived");
    expect(await refusal("chat.postMessage", { channel: "C3", text: "x" })).toBe(
      "restricted_action_read_only_channel",
    );
    expect(await refusal("chat.postMessage", { channel: "C4", text: "x" })).toBe(
      "restricted_action_thread_only_channel",
    );
  });

  it("takes only a thread's first message as its address", async () => {
    await slack({ rates: "off" });
    const first = await posted();
    const reply = await posted({ thread_ts: first });
    expect(await refusal("chat.postMessage", { channel: "C1", text: "x", thread_ts: reply })).toBe(
      "thread_not_found",
    );
    const { body } = await call("chat.getPermalink", { channel: "C1", message_ts: reply });
    expect(body["permalink"]).toContain(`thread_ts=${first}`);
  });

  it("shows ephemeral messages to members only", async () => {
    await slack();
    expect(await refusal("chat.postEphemeral", { channel: "C1", user: "U1", text: "x" })).toBe(
      "user_not_in_channel",
    );
  });

  it("opens private conversations with people only", async () => {
    await slack({ scopes: ["im:write"] });
    expect(await refusal("conversations.open", { users: "U9" })).toBe("user_not_found");
    expect(await refusal("conversations.open", { users: BOT_USER })).toBe("cannot_dm_bot");
  });
});

describe("the emulator on messages", () => {
  it("lets the bot change and delete only its own", async () => {
    const { state } = await slack();
    const theirs = state.addMessage({
      channel: "C1",
      threadTs: null,
      user: "U1",
      sent: {},
      text: "hi",
      blocks: [],
    });
    expect(await refusal("chat.update", { channel: "C1", ts: theirs.ts, text: "x" })).toBe(
      "cant_update_message",
    );
    expect(await refusal("chat.delete", { channel: "C1", ts: theirs.ts })).toBe("cant_delete_message");
    expect(await refusal("chat.update", { channel: "C1", ts: "1.000000", text: "x" })).toBe(
      "message_not_found",
    );
  });

  it("takes 4,000 characters in an edit, and the old blocks away when none are given", async () => {
    const { state } = await slack({ rates: "off" });
    const ts = await posted({ blocks: [{ type: "divider" }] });
    expect(await refusal("chat.update", { channel: "C1", ts, text: "x".repeat(4001) })).toBe("msg_too_long");
    await call("chat.update", { channel: "C1", ts, text: "bare" });
    expect(state.message("C1", ts)?.shown).toMatchObject({ text: "bare", blocks: [] });
    expect(await refusal("chat.postMessage", { channel: "C1" })).toBe("no_text");
  });

  it.each([
    ["51 blocks", Array.from({ length: 51 }, () => ({ type: "divider" })), "/blocks"],
    [
      "a section of 3,001 characters",
      [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001) } }],
      "/blocks/0/text/text",
    ],
    ["an image without alt text", [{ type: "image", image_url: "https://x.test/a.png" }], "/blocks/0"],
    [
      "alt text of 2,001 characters",
      [{ type: "image", image_url: "https://x.test/a.png", alt_text: "x".repeat(2001) }],
      "/blocks/0/alt_text",
    ],
    [
      "two buttons with one action_id",
      [
        {
          type: "actions",
          elements: ["a", "b"].map((text) => ({
            type: "button",
            action_id: "same",
            text: { type: "plain_text", text },
          })),
        },
      ],
      "/blocks/0/elements/1/action_id",
    ],
    [
      "a button of 76 characters",
      [
        {
          type: "actions",
          elements: [{ type: "button", text: { type: "plain_text", text: "x".repeat(76) } }],
        },
      ],
      "/blocks/0/elements/0/text/text",
    ],
    [
      "an action_id of 256 characters",
      [
        {
          type: "actions",
          elements: [{ type: "button", action_id: "x".repeat(256), text: { type: "plain_text", text: "x" } }],
        },
      ],
      "/blocks/0/elements/0/action_id",
    ],
    [
      "two blocks with one block_id",
      [
        { type: "divider", block_id: "b" },
        { type: "divider", block_id: "b" },
      ],
      "/blocks/1/block_id",
    ],
    [
      "empty rich text",
      [
        {
          type: "rich_text",
          elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "" }] }],
        },
      ],
      "/blocks/0/elements/0/elements/0/text",
    ],
    [
      "an input outside a modal",
      [{ type: "input", label: { type: "plain_text", text: "x" } }],
      "/blocks/0/type",
    ],
    [
      "both an address and a file",
      [{ type: "image", image_url: "https://x.test/a.png", slack_file: { id: "F012345678" }, alt_text: "x" }],
      "/blocks/0",
    ],
  ])("refuses %s, and says where", async (_name, blocks, at) => {
    await slack();
    const { body } = await call("chat.postMessage", { channel: "C1", text: "x", blocks });
    expect(body["error"]).toBe("invalid_blocks");
    expect(JSON.stringify(body["response_metadata"])).toContain(`[json-pointer:${at}]`);
  });
});

describe("the emulator on long messages", () => {
  it("refuses blocks whose words are too many altogether", async () => {
    await slack();
    const section = { type: "section", text: { type: "plain_text", text: "x".repeat(2800) } };
    expect(
      await refusal("chat.postMessage", { channel: "C1", text: "x", blocks: Array(4).fill(section) }),
    ).toBe("msg_blocks_too_long");
  });
});

describe("the emulator on files", () => {
  it("shows a file only when it is complete, worked on and a picture Slack shows", async () => {
    const clock = createFakeClock();
    await slack({ clock, rates: "off", fileReadyMs: 2000 });
    const refused = async (id: string) =>
      JSON.stringify(
        (await call("chat.postMessage", { channel: "C1", text: "x", blocks: picture(id) })).body["errors"],
      );
    const id = await uploaded();
    expect(await refused(id)).toContain("invalid slack file [json-pointer:/blocks/0/slack_file]");
    expect((await call("files.info", { file: id })).body["file"]).toMatchObject({ mimetype: "" });
    await clock.advance(2000);
    expect((await call("files.info", { file: id })).body["file"]).toMatchObject({ mimetype: "image/png" });
    expect(
      await refusal("chat.postMessage", { channel: "C1", text: "x", blocks: picture(id) }),
    ).toBeUndefined();
    const webp = await uploaded(WEBP);
    await clock.advance(2000);
    expect(await refused(webp)).toContain("invalid slack file");
    expect(await refused("F0000000NO")).toContain("invalid slack file");
  });

  it("takes exactly the bytes that were announced, once, and completes only what has arrived", async () => {
    await slack();
    expect(await refusal("files.getUploadURLExternal", { filename: "a.png", length: "0" })).toBe(
      "missing_argument",
    );
    const { body } = await call("files.getUploadURLExternal", { filename: "a.png", length: "32" });
    const url = String(body["upload_url"]);
    expect(await refusal("files.completeUploadExternal", { files: [{ id: body["file_id"] }] })).toBe(
      "file_not_found",
    );
    expect((await fetch(url, { method: "POST", body: new Uint8Array(31) })).status).toBe(400);
    expect((await fetch(url, { method: "POST", body: new Uint8Array(PNG) })).status).toBe(200);
    expect((await fetch(url, { method: "POST", body: new Uint8Array(PNG) })).status).toBe(404);
    expect(
      await refusal("files.completeUploadExternal", { files: [{ id: body["file_id"] }] }),
    ).toBeUndefined();
    expect(await refusal("files.completeUploadExternal", { files: [{ id: body["file_id"] }] })).toBe(
      "file_already_completed",
    );
  });
});

describe("the emulator's patience", () => {
  it("takes one post a second and channel, with Retry-After", async () => {
    const clock = createFakeClock();
    const { state } = await slack({ clock });
    state.addChannel({ id: "C2" });
    await posted();
    expect(await call("chat.postMessage", { channel: "C1", text: "x" })).toMatchObject({
      status: 429,
      retryAfter: "1",
    });
    expect((await call("chat.postMessage", { channel: "C2", text: "x" })).status).toBe(200);
    await clock.advance(1000);
    expect((await call("chat.postMessage", { channel: "C1", text: "x" })).status).toBe(200);
  });

  it("takes fifty edits a minute for the whole workspace", async () => {
    const clock = createFakeClock();
    await slack({ clock });
    const ts = await posted();
    const edit = () => call("chat.update", { channel: "C1", ts, text: "x" });
    for (let n = 0; n < 50; n += 1) expect((await edit()).status).toBe(200);
    expect(await edit()).toMatchObject({ status: 429, retryAfter: "60" });
    await clock.advance(60_000);
    expect((await edit()).status).toBe(200);
  });
});

describe("the emulator on forms and private answers", () => {
  const modal = {
    type: "modal",
    title: { type: "plain_text", text: "Hi" },
    blocks: [{ type: "divider" }],
  };

  it("takes a trigger once, within three seconds", async () => {
    const clock = createFakeClock();
    const { state } = await slack({ clock });
    const open = (trigger_id: string, view: object = modal) => refusal("views.open", { trigger_id, view });
    const trigger = state.issueTrigger("U1");
    expect(await open(trigger)).toBeUndefined();
    expect(await open(trigger)).toBe("exchanged_trigger_id");
    expect(await open("nonsense")).toBe("invalid_trigger_id");
    const late = state.issueTrigger("U1");
    await clock.advance(3001);
    expect(await open(late)).toBe("expired_trigger_id");
  });

  it("refuses titles over 24 characters, a form without a submit button, and homes that are modals", async () => {
    const { state } = await slack();
    const open = (view: object) => refusal("views.open", { trigger_id: state.issueTrigger("U1"), view });
    expect(await open({ ...modal, title: { type: "plain_text", text: "x".repeat(25) } })).toBe(
      "invalid_arguments",
    );
    const input = {
      type: "input",
      label: { type: "plain_text", text: "x" },
      element: { type: "plain_text_input" },
    };
    expect(await open({ ...modal, blocks: [input] })).toBe("invalid_arguments");
    expect(await open({ ...modal, private_metadata: "x".repeat(3001) })).toBe("invalid_arguments");
    expect(await refusal("views.publish", { user_id: "U1", view: modal })).toBe("invalid_arguments");
  });

  it("takes five answers by response_url within half an hour", async () => {
    const clock = createFakeClock();
    const { state, origin } = await slack({ clock });
    const answer = async (id: string) => {
      const body = JSON.stringify({ text: "x", response_type: "ephemeral" });
      return (await fetch(`${origin}/response/${id}`, { method: "POST", body })).status;
    };
    const id = state.issueResponseUrl("U1", "C1");
    for (let n = 0; n < 5; n += 1) expect(await answer(id)).toBe(200);
    expect(await answer(id)).toBe(404);
    const old = state.issueResponseUrl("U1", "C1");
    await clock.advance(30 * 60_000 + 1);
    expect(await answer(old)).toBe(404);
  });
});

it("lists the bot's channels to whoever has the scope of their kind", async () => {
  await slack({ scopes: ["channels:read"] });
  emulator?.state.addChannel({ id: "C2", members: new Set() });
  expect((await call("users.conversations")).body["channels"]).toMatchObject([{ id: "C1" }]);
  const refused = { error: "missing_scope", needed: "channels:read,groups:read", provided: "channels:read" };
  const both = { types: "public_channel,private_channel" };
  expect((await call("users.conversations", both)).body).toMatchObject(refused);
});
