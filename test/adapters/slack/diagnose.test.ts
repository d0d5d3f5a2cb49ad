import { describe, expect, it, onTestFinished } from "vitest";
import { diagnoseSlack, type SlackDiagnosisOptions } from "../../../adapters/slack/diagnose.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { findingsOf, troublesIn } from "../../support/findings.ts";
import {
  createSlackEmulator,
  type EmulatorOptions,
  MANIFEST_SCOPES,
  type SlackEmulator,
} from "../../support/slack/emulator.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { APP_TOKEN, BOT_TOKEN } from "../../support/slack/state.ts";

const SECRET = "8f742231b10e8888abcd99eeefff85a5";
const SEEING = [...MANIFEST_SCOPES, "channels:read", "groups:read"];

async function start(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  const emulator = await createSlackEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

function diagnosed(emulator: SlackEmulator, overrides: Partial<SlackDiagnosisOptions> = {}) {
  return findingsOf(
    diagnoseSlack({
      botToken: BOT_TOKEN,
      appToken: APP_TOKEN,
      signingSecret: null,
      apiUrl: emulator.apiUrl,
      clock: systemClock,
      ...overrides,
    }),
  );
}

describe("a look at Slack", () => {
  it("tells that tokens and scopes are well, and what cannot be read", async () => {
    const findings = await diagnosed(await start());
    expect(findings.map(({ mark, what }) => `${mark}: ${what}`)).toEqual([
      "ok: The bot token is good (https://testers.slack.com/).",
      "ok: The bot token has every scope of the manifest (6).",
      expect.stringMatching(
        /^note: The optional scope users:read is not there. What it is for: know workspace owners/,
      ),
      expect.stringMatching(/^note: The optional scope usergroups:read is not there/),
      "ok: The app-level token is good, and Socket Mode is on.",
      expect.stringMatching(/^note: Its scopes do not let the bot see which channels it is in/),
      "note: Slack does not show a bot its settings for events, commands and shortcuts.",
    ]);
    expect(findings.at(-2)?.fix).toContain("/invite @imagine");
    expect(findings.at(-1)?.fix).toContain("slack-manifest.yaml");
  });

  it("opens no connection and posts nothing", async () => {
    const emulator = await start();
    await diagnosed(emulator);
    expect(emulator.link.open()).toBe(0);
    expect(emulator.state.calls.map(({ method }) => method)).toEqual(["auth.test", "apps.connections.open"]);
  });

  it("says for HTTP what shows only when Slack calls", async () => {
    const findings = await diagnosed(await start(), { appToken: null, signingSecret: SECRET });
    expect(troublesIn(findings)).toEqual([]);
    expect(findings.map(({ what }) => what)).toContain(
      "Whether SLACK_SIGNING_SECRET is the right one shows only when Slack calls.",
    );
    expect(findings.at(-1)?.fix).toContain("slack-manifest.http.yaml");
  });

  it("counts the channels the bot is in where its scopes let it", async () => {
    const emulator = await start({ scopes: SEEING });
    emulator.state.addChannel({ id: "C0ONE" });
    emulator.state.addChannel({ id: "C0TWO", kind: "private" });
    emulator.state.addChannel({ id: "C0OLD", archived: true });
    emulator.state.addChannel({ id: "C0OTHERS", members: new Set() });
    const findings = await diagnosed(emulator);
    expect(findings.map(({ what }) => what)).toContain("The bot is in 2 channels.");
  });

  it("says so of the kind of channels it can see, when it sees one kind only", async () => {
    const emulator = await start({ scopes: [...MANIFEST_SCOPES, "groups:read"] });
    emulator.state.addChannel({ id: "C0ONE" });
    emulator.state.addChannel({ id: "C0TWO", kind: "private" });
    const findings = await diagnosed(emulator);
    expect(findings.map(({ what }) => what)).toContain("The bot is in 1 private channel.");
  });

  it("notes scopes the bot has no use for", async () => {
    const findings = await diagnosed(await start({ scopes: [...SEEING, "users:read", "channels:history"] }));
    const note = findings.find(({ what }) => what.includes("may do more"));
    expect(note).toMatchObject({ mark: "note", what: expect.stringMatching(/needs: channels:history\.$/) });
  });
});

describe("trouble at Slack makes one line with the fix:", () => {
  async function trouble(emulator: SlackEmulator, overrides: Partial<SlackDiagnosisOptions> = {}) {
    const [found, ...others] = troublesIn(await diagnosed(emulator, overrides));
    expect(others).toEqual([]);
    expect(found?.fix).toEqual(expect.stringMatching(/^[A-Z].+\.$/));
    return found;
  }

  it.each<[string, Partial<SlackDiagnosisOptions>, RegExp, RegExp]>([
    [
      "tokens that are swapped",
      { botToken: APP_TOKEN },
      /SLACK_BOT_TOKEN .* app-level token/,
      /^Copy the Bot User/,
    ],
    ["a bot token for the app", { appToken: BOT_TOKEN }, /SLACK_APP_TOKEN .* bot token/, /connections:write/],
    [
      "a bot token Slack does not know",
      { botToken: "xoxb-other" },
      /SLACK_BOT_TOKEN .*invalid_auth/,
      /^Copy the/,
    ],
    [
      "an app token Slack does not know",
      { appToken: "xapp-other" },
      /SLACK_APP_TOKEN .*invalid_auth/,
      /^Make an/,
    ],
    [
      "a signing secret that is none",
      { appToken: null, signingSecret: "xapp-1-2-3" },
      /^SLACK_SIGNING_SECRET does not look like one/,
      /App Credentials/,
    ],
    ["no way there", { apiUrl: "http://127.0.0.1:1/api/" }, /^127\.0\.0\.1:1 cannot be reached/, /network/],
  ])("%s", async (_, overrides, what, fix) => {
    expect(await trouble(await start(), overrides)).toMatchObject({
      what: expect.stringMatching(what),
      fix: expect.stringMatching(fix),
    });
  });

  it("both tokens wrong are two lines", async () => {
    const findings = await diagnosed(await start(), { botToken: "xoxb-other", appToken: "xapp-other" });
    expect(findings.map(({ mark, what }) => [mark, what.slice(0, 15)])).toEqual([
      ["failure", "SLACK_BOT_TOKEN"],
      ["failure", "SLACK_APP_TOKEN"],
    ]);
  });

  it("a scope that is missing, by name", async () => {
    const scopes = MANIFEST_SCOPES.filter((scope) => scope !== "reactions:read");
    expect(await trouble(await start({ scopes }))).toMatchObject({
      mark: "failure",
      what: "SLACK_BOT_TOKEN lacks the scope reactions:read.",
      fix: expect.stringContaining("reinstall the app"),
    });
  });

  it("an app token without its scope", async () => {
    expect(await trouble(await start({ appScopes: [] }))).toMatchObject({
      mark: "failure",
      what: expect.stringContaining("lacks the scope connections:write"),
    });
  });

  it("no channel at all", async () => {
    expect(await trouble(await start({ scopes: SEEING }))).toMatchObject({
      mark: "warning",
      what: "The bot is in no channel.",
      fix: expect.stringContaining("/invite @imagine"),
    });
  });

  it.each<[string, string, Fault, string, RegExp, RegExp]>([
    [
      "Socket Mode switched off",
      "apps.connections.open",
      { type: "error", error: "socket_mode_not_enabled" },
      "failure",
      /Socket Mode is switched off/,
      /^Switch Socket Mode on/,
    ],
    [
      "an app that is not installed",
      "apps.connections.open",
      { type: "error", error: "app_not_installed" },
      "failure",
      /not installed/,
      /^Install the app/,
    ],
    [
      "an app that was removed",
      "auth.test",
      { type: "error", error: "account_inactive" },
      "failure",
      /was removed from its workspace/,
      /^Copy the Bot User/,
    ],
    [
      "a word nobody knows",
      "apps.connections.open",
      { type: "error", error: "forbidden_team" },
      "failure",
      /^Slack refuses apps\.connections\.open \(forbidden_team\)/,
      /reinstall/,
    ],
    [
      "a fault of Slack's",
      "auth.test",
      { type: "status", status: 503 },
      "failure",
      /cannot be reached/,
      /status/,
    ],
    [
      "an answer that is a page",
      "auth.test",
      { type: "malformed" },
      "failure",
      /does not answer as Slack/,
      /URL/,
    ],
    ["a limit", "auth.test", { type: "ratelimit", seconds: 30 }, "warning", /asks for patience/, /^Wait/],
  ])("%s", async (_, method, fault, mark, what, fix) => {
    const emulator = await start();
    emulator.faults.add(method, fault);
    expect(await trouble(emulator)).toMatchObject({
      mark,
      what: expect.stringMatching(what),
      fix: expect.stringMatching(fix),
    });
  });

  it("no answer in time", async () => {
    const emulator = await start();
    emulator.faults.add("auth.test", { type: "hang" });
    expect(await trouble(emulator, { timeoutMs: 300 })).toMatchObject({
      mark: "failure",
      what: expect.stringContaining("cannot be reached"),
    });
  });
});
