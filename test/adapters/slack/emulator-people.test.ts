import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createCaller } from "../../support/slack/caller.ts";
import {
  createSlackEmulator,
  type EmulatorOptions,
  MANIFEST_SCOPES,
  type SlackEmulator,
} from "../../support/slack/emulator.ts";

let emulator: SlackEmulator | null = null;
afterEach(() => emulator?.close());
const { call, refusal } = createCaller(() => emulator?.apiUrl ?? "");

async function slack(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  emulator = await createSlackEmulator({ scopes: [...MANIFEST_SCOPES, "usergroups:read"], ...options });
  emulator.state.addUser({ id: "U1", name: "ada", isAdmin: false, isBot: false });
  emulator.state.addGroup({ id: "S1", handle: "artists", users: ["U1"], isDisabled: false });
  emulator.state.addGroup({ id: "S2", handle: "former", users: ["U1"], isDisabled: true });
  return emulator;
}

describe("the emulator on user groups", () => {
  it("tells them only with their scope", async () => {
    await slack({ scopes: MANIFEST_SCOPES });
    expect((await call("usergroups.list")).body).toMatchObject({
      ok: false,
      error: "missing_scope",
      needed: "usergroups:read",
      provided: MANIFEST_SCOPES.join(","),
    });
  });

  it("lists who is in them, and disabled ones, when asked to", async () => {
    await slack();
    const ids = async (args: object) => {
      const groups = (await call("usergroups.list", { ...args })).body["usergroups"];
      return Array.isArray(groups) ? groups.map(({ id, users }) => [id, users]) : [];
    };
    expect(await ids({})).toEqual([["S1", undefined]]);
    expect(await ids({ include_users: true })).toEqual([["S1", ["U1"]]]);
    expect(await ids({ include_users: "1", include_disabled: "true" })).toEqual([
      ["S1", ["U1"]],
      ["S2", ["U1"]],
    ]);
  });

  it("takes twenty calls a minute", async () => {
    await slack({ clock: createFakeClock() });
    for (let n = 0; n < 20; n += 1) expect((await call("usergroups.list")).status).toBe(200);
    expect(await call("usergroups.list")).toMatchObject({ status: 429, retryAfter: "60" });
  });
});

describe("the emulator on files in private conversations", () => {
  it("shows them in conversations, never by a person's id, and says where they are", async () => {
    const { state } = await slack();
    const { body } = await call("files.getUploadURLExternal", { filename: "a.json", length: "2" });
    await fetch(String(body["upload_url"]), { method: "POST", body: "{}" });
    const share = (channel_id: string) =>
      refusal("files.completeUploadExternal", { files: [{ id: body["file_id"] }], channel_id });
    expect(await share("U1")).toBe("invalid_arguments");
    const own = state.directWith("U1").id;
    expect(await share(own)).toBeUndefined();
    expect((await call("files.info", { file: body["file_id"] })).body["file"]).toMatchObject({
      mimetype: "text/plain",
      shares: { private: { [own]: [{ ts: state.messages[0]?.ts }] } },
    });
    expect(state.files.get(String(body["file_id"]))?.text).toBe("{}");
  });
});
