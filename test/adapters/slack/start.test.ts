import { afterEach, describe, expect, it } from "vitest";
import { createSlackAdapter } from "../../../adapters/slack/adapter.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { httpBody, sendHttp, signed } from "../../support/slack/delivery.ts";
import { MANIFEST_SCOPES } from "../../support/slack/emulator.ts";
import { failureOf, openStage } from "../../support/slack/stage-helpers.ts";
import {
  ADA,
  CHANNEL,
  createSlackStage,
  type SlackStage,
  type StageOptions,
} from "../../support/slack/world.ts";
import { aView } from "../../support/views.ts";

let stage: SlackStage | null = null;
const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));
afterEach(async () => {
  await stage?.close();
  stage = null;
  expect(rejections).toEqual([]);
});

async function onStage(options?: StageOptions): Promise<SlackStage> {
  stage = await createSlackStage(options);
  return stage;
}

const ignore = async () => undefined;

describe("starting with wrong tokens", () => {
  it.each([
    ["SLACK_BOT_TOKEN", { botToken: "xapp-1-A-2" }, "app-level token"],
    ["SLACK_BOT_TOKEN", { botToken: "xoxp-1-2" }, "person's token"],
    ["SLACK_APP_TOKEN", { appToken: "xoxb-1-2" }, "bot token"],
  ])("says which variable holds a token of the wrong kind: %s", async (variable, tokens, kind) => {
    const { another } = await onStage();
    const make = async () => another(tokens);
    expect(await failureOf(make())).toMatchObject({
      code: "config",
      message: expect.stringMatching(`${variable}.*${kind}`),
      remedy: expect.any(String),
    });
  });

  it("stops for a bot token Slack does not know", async () => {
    const { another } = await onStage();
    const failure = await failureOf(another({ botToken: "xoxb-unknown" }).start(ignore));
    expect(failure).toMatchObject({
      code: "config",
      message: expect.stringContaining("SLACK_BOT_TOKEN was refused by Slack (invalid_auth)"),
    });
  });

  it("stops for an app token Slack does not know, and leaves nothing connected", async () => {
    const { another, emulator } = await onStage();
    const failure = await failureOf(another({ appToken: "xapp-unknown" }).start(ignore));
    expect(failure).toMatchObject({
      code: "config",
      message: expect.stringContaining("SLACK_APP_TOKEN was refused by Slack (invalid_auth)"),
    });
    expect(emulator.link.open()).toBe(0);
  });

  it("stops for an app token that lacks its scope", async () => {
    const { adapter } = await onStage({ appScopes: [] });
    expect(await failureOf(adapter.start(ignore))).toMatchObject({
      code: "config",
      message: expect.stringContaining("connections:write"),
    });
  });

  it("stops when the app was installed with too few scopes, and names them", async () => {
    const { adapter } = await onStage({
      scopes: MANIFEST_SCOPES.filter((scope) => !scope.startsWith("files")),
    });
    expect(await failureOf(adapter.start(ignore))).toMatchObject({
      code: "config",
      message: "SLACK_BOT_TOKEN lacks the scope files:read, files:write.",
      remedy: expect.stringContaining("reinstall"),
    });
  });

  it("never writes a token into its log or errors", async () => {
    const { another, logged } = await onStage();
    const failure = await failureOf(another({ botToken: "xoxb-secret-word" }).start(ignore));
    expect(JSON.stringify([String(failure), failure, logged])).not.toContain("secret-word");
  });

  it("needs an app token or a signing secret", () => {
    const options = {
      botToken: "xoxb-1",
      appToken: null,
      signingSecret: null,
      apiUrl: "http://127.0.0.1:1/",
      commands: [],
    };
    const parts = {
      clock: systemClock,
      telemetry: () => undefined,
      log: { info: () => undefined, warn: () => undefined },
    };
    expect(() => createSlackAdapter({ ...options, ...parts })).toThrow("SLACK_BOT_TOKEN is not enough.");
  });
});

describe("starting while Slack cannot be reached", () => {
  it("keeps trying until it can", async () => {
    const { adapter, emulator } = await onStage();
    emulator.faults.add("auth.test", { type: "status", status: 503 }, 2);
    emulator.faults.add("apps.connections.open", { type: "reset-before" }, 3);
    await adapter.start(ignore);
    expect(adapter.connected()).toBe(true);
  });

  it("can be stopped meanwhile", async () => {
    const { adapter, emulator } = await onStage();
    emulator.faults.add("apps.connections.open", { type: "hang" }, 2);
    const starting = failureOf(adapter.start(ignore));
    await eventually(() => expect(emulator.calls("apps.connections.open")).toHaveLength(2));
    await adapter.stop();
    expect(await starting).toMatchObject({ code: "misuse" });
    expect(emulator.link.open()).toBe(0);
  });
});

describe("over HTTP", () => {
  const parcel = (payload: object) => httpBody({ kind: "events_api", payload: { ...payload } });

  it("answers 401 to bad signatures and stale timestamps, and hands nothing over", async () => {
    const { adapter, emulator } = await onStage({ transport: "http" });
    const events: unknown[] = [];
    await adapter.start(async (event) => void events.push(event));
    const { body, contentType } = parcel({ type: "event_callback", event: { type: "app_home_opened" } });
    const type = { "content-type": contentType };
    const stale = Date.now() - 301_000;
    for (const headers of [
      signed(body, "another secret"),
      signed(body, undefined, stale),
      { "x-slack-signature": "v0=00" },
      {},
    ]) {
      expect((await sendHttp(emulator.requestUrl, body, { ...type, ...headers })).status).toBe(401);
    }
    expect(events).toEqual([]);
  });

  it("answers the address check", async () => {
    const { adapter, emulator } = await onStage({ transport: "http" });
    await adapter.start(ignore);
    const { body, contentType } = parcel({ type: "url_verification", challenge: "3eZbrw1a" });
    const answer = await sendHttp(emulator.requestUrl, body, {
      "content-type": contentType,
      ...signed(body),
    });
    expect(answer).toEqual({ status: 200, body: JSON.stringify({ challenge: "3eZbrw1a" }) });
  });

  it("answers 400 to signed nonsense, 404 elsewhere and 503 when stopped", async () => {
    const { adapter, emulator } = await onStage({ transport: "http" });
    await adapter.start(ignore);
    const send = (url: string, body: string) =>
      sendHttp(url, body, { "content-type": "application/json", ...signed(body) });
    expect((await send(emulator.requestUrl, "{")).status).toBe(400);
    expect((await send(`${emulator.requestUrl}/else`, "{}")).status).toBe(404);
    await adapter.stop();
    expect((await send(emulator.requestUrl, "{}")).status).toBe(503);
  });

  it("answers a command that is never answered within three seconds all the same", async () => {
    const opened = await openStage(await onStage({ transport: "http" }));
    const answered = opened.inbox.answer("command", async () => aView());
    const delivered = await opened.stage.people.slash(ADA, CHANNEL, "imagine", "x");
    await answered;
    expect(delivered).toMatchObject({ outcome: "acked", status: 200, ack: null });
    expect(opened.messages()).toEqual([]);
  });
});
