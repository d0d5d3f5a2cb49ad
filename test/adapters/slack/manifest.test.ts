import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import {
  BOT_EVENTS,
  OPTIONAL_SCOPES,
  REQUIRED_SCOPES,
  SCOPES,
  slackManifest,
  takesMentions,
} from "../../../adapters/slack/manifest.ts";
import { SHORTCUTS } from "../../../adapters/slack/shortcuts.ts";
import { commands } from "../../../commands/index.ts";
import { ESCAPED_COMMANDS, MANIFEST_SCOPES } from "../../support/slack/emulator.ts";

const ROOT = new URL("../../../", import.meta.url);
const HEADER: Readonly<Record<"socket" | "http", string>> = {
  socket: "Slack app for Socket Mode: needs no public address.",
  http: "Slack app for HTTP: replace https://imagine.example.com by the address of your installation.",
};

function manifestFile(transport: "socket" | "http"): string {
  const header = [
    HEADER[transport],
    "Made from the code; to make it again: npx vitest run test/adapters/slack/manifest.test.ts -u",
  ];
  const yaml = stringify(slackManifest(commands, transport), { lineWidth: 0 });
  return `${header.map((line) => `# ${line}\n`).join("")}${yaml}`;
}

describe("the committed manifests", () => {
  it.each([
    ["slack-manifest.yaml", "socket"],
    ["slack-manifest.http.yaml", "http"],
  ] as const)("%s is what the code says", async (file, transport) => {
    await expect(manifestFile(transport)).toMatchFileSnapshot(new URL(file, ROOT).pathname);
  });

  it("keep Slack's limits: names of shortcuts, descriptions, hints", () => {
    for (const { name, description } of SHORTCUTS) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
    }
    const manifest: unknown = slackManifest(commands, "socket");
    expect(manifest).toMatchObject({
      display_information: {
        name: expect.stringMatching(/^.{1,35}$/),
        description: expect.stringMatching(/^.{1,140}$/),
      },
      features: { bot_user: { display_name: expect.stringMatching(/^[a-z0-9._-]{1,80}$/) } },
    });
    for (const command of commands) expect(command.description.length).toBeLessThanOrEqual(2000);
  });

  it("have Slack send ids with the text of the very commands the emulator does so for, prompts never", () => {
    const escaped = commands.filter(takesMentions).map((command) => command.name);
    expect(escaped).toEqual(ESCAPED_COMMANDS);
    expect(escaped).not.toContain("imagine");
  });

  it("hint at everything a command can do, in the order it is offered", () => {
    const option = { type: "string", choices: [], min: null, max: null, maxLength: null } as const;
    const [first] = commands;
    if (first === undefined) return expect.unreachable();
    const needed = { ...option, name: "who", description: "", required: true, example: "@ben" };
    const free = { ...option, name: "why", description: "", required: false, example: "spamming" };
    const action = { description: "", rest: null };
    const acting = {
      ...first,
      actions: [
        { ...action, name: "list", options: [] },
        { ...action, name: "block", options: [needed, free] },
      ],
    };
    const plain = { ...first, actions: [], options: [needed, free] };
    expect(slackManifest([acting, plain], "socket")).toMatchObject({
      features: {
        slash_commands: [{ usage_hint: "list | block @ben" }, { usage_hint: "@ben [why:spamming]" }],
      },
    });
  });

  it("ask for the scopes the emulator grants, and no more", () => {
    expect(REQUIRED_SCOPES).toEqual(MANIFEST_SCOPES);
  });
});

describe("docs/slack.md", () => {
  it("tells of every command", async () => {
    const page = await readFile(new URL("docs/slack.md", ROOT), "utf8");
    for (const { name } of commands) expect(page).toContain(`\`/${name}`);
  });

  it("gives the reason of every scope, and names every event and shortcut", async () => {
    const page = await readFile(new URL("docs/slack.md", ROOT), "utf8");
    for (const { scope, reason } of [...SCOPES, ...OPTIONAL_SCOPES])
      expect(page).toContain(`| \`${scope}\` | ${reason} |`);
    for (const event of BOT_EVENTS) expect(page).toContain(`\`${event}\``);
    for (const { name } of SHORTCUTS) expect(page).toContain(name);
  });
});
