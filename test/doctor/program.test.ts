import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { checkup } from "../../scripts/checkup.ts";
import { isHealthy } from "../../src/doctor/doctor.ts";
import { PARTS, type Part } from "../../src/doctor/finding.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../support/discord/emulator.ts";
import { registerCommands } from "../support/discord/register-commands.ts";
import { runDoctor } from "../support/doctor-program.ts";
import { troublesIn } from "../support/findings.ts";
import { leadTo, openHome, type ProductHome } from "../support/product.ts";
import { createSlackEmulator, MANIFEST_SCOPES, type SlackEmulator } from "../support/slack/emulator.ts";
import { APP_TOKEN, BOT_TOKEN } from "../support/slack/state.ts";

// Some start a process of their own on whatever the machine has.
vi.setConfig({ testTimeout: 180_000 });

type Environment = Readonly<Record<string, string>>;

const FAL_KEY = "doctor-key-id:doctor-key-secret";
const APP = "imagineart/imagineart-1.5-pro-preview";

let home: ProductHome;
let simulator: Simulator;
let discord: DiscordEmulator;
let slack: SlackEmulator;
/** The same Slack, installed with an older manifest. */
let olderSlack: SlackEmulator;
/** What sets each part up, and well. Only the parts a test is about are: a platform's SDK takes its time to load. */
let falSet: Environment;
let discordSet: Environment;
let slackSet: Environment;

beforeAll(async () => {
  home = await openHome();
  simulator = createSimulator({ keys: [FAL_KEY], applications: [APP] });
  const { url } = await simulator.start();
  discord = await startDiscordEmulator({ buckets: {} });
  discord.people.guild();
  await registerCommands(discord, null);
  slack = await createSlackEmulator();
  olderSlack = await createSlackEmulator({ scopes: MANIFEST_SCOPES.slice(1) });
  falSet = { PORT: "0", FAL_KEY, ...leadTo(url) };
  discordSet = { ...falSet, DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  slackSet = {
    ...falSet,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: slack.apiUrl,
  };
});
afterAll(async () => {
  await Promise.all([home.close(), simulator.stop(), discord.close(), slack.close(), olderSlack.close()]);
});

/** The shape of `--json`. */
const report = z.array(
  z.strictObject({
    part: z.enum(PARTS),
    mark: z.enum(["ok", "note", "warning", "failure"]),
    what: z.string().min(1),
    fix: z.string().min(1).nullable(),
  }),
);

async function examined(environment: Environment, directory = home.directory) {
  const run = await runDoctor(directory, environment, "--json");
  expect(run.stderr).toBe("");
  expectNoSecretIn(run.stdout + run.stderr, environment);
  return { code: run.code, findings: report.parse(JSON.parse(run.stdout)) };
}

function expectNoSecretIn(text: string, environment: Environment): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/KEY|TOKEN|SECRET/.test(name) || value === "") continue;
    expect(text).not.toContain(value);
    for (const half of value.split(":")) if (half.length > 8) expect(text).not.toContain(half);
  }
}

describe("npm run doctor where all is well", () => {
  it("has a line for each part, ends well, and submits nothing", async () => {
    const everything = { ...discordSet, ...slackSet };
    const run = await runDoctor(home.directory, everything);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expectNoSecretIn(run.stdout, everything);
    const lines = run.stdout.trimEnd().split("\n");
    expect(lines.at(-1)).toBe("All is well.");
    for (const part of PARTS)
      expect(
        lines.some((line) => line.startsWith(`✓ ${part.padEnd(13)}  `)),
        part,
      ).toBe(true);
    for (const line of lines.slice(0, -2)) expect(line).toMatch(/^[✓·] .+[.)]$|→ .+$/);
    expect(simulator.submits()).toBe(0);
  });

  it("needs nothing to be configured", async () => {
    const { code, findings } = await examined({ PORT: "0" });
    expect(code).toBe(0);
    expect(troublesIn(findings)).toEqual([]);
  });

  it("explains itself when asked for what it does not know", async () => {
    expect(await runDoctor(home.directory, {}, "--xml")).toMatchObject({
      code: 2,
      stderr: "Use: npm run doctor, or npm run doctor --silent -- --json\n",
    });
  });
});

describe("npm run doctor where something is wrong", () => {
  it("says so in lines, and its exit code is 1", async () => {
    const environment = { ...falSet, FAL_KEY: "id:wrong" };
    const run = await runDoctor(home.directory, environment);
    expect(run).toMatchObject({ code: 1, stderr: "" });
    expect(run.stdout).toMatch(/^✗ fal +fal does not know the key.* → .*FAL_KEY/m);
    expect(await examined(environment)).toMatchObject({ code: 1 });
  });
});

// In this process: loading an SDK anew for each of them takes far longer than they do.
describe("the doctor names one trouble in one line, with its fix:", () => {
  it.each<[string, () => Environment | Promise<Environment>, Part, "warning" | "failure", RegExp, RegExp]>([
    [
      "a variable that stops the start",
      () => ({ PORT: "http" }),
      "Configuration",
      "failure",
      /^PORT/,
      /^Set a whole/,
    ],
    ["a typing error", () => ({ FAL_KAY: "x" }), "Configuration", "warning", /^FAL_KAY/, /mean FAL_KEY\?/],
    ["Redis", () => ({ REDIS_URL: "redis://x" }), "Configuration", "warning", /does not use Redis/, /^Unset/],
    [
      "no key",
      () => ({ ...discordSet, FAL_KEY: "", FAL_QUEUE_URL: "" }),
      "Configuration",
      "warning",
      /^FAL_KEY is not set/,
      /^Set/,
    ],
    ["a wrong key", () => ({ FAL_KEY: "id:wrong" }), "fal", "failure", /does not know the key/, /FAL_KEY/],
    [
      "a wrong model",
      () => ({ FAL_MODEL: "flux/dev" }),
      "fal",
      "failure",
      /does not know the model flux/,
      /FAL_MODEL/,
    ],
    [
      "no way to fal",
      () => ({ ...leadTo("http://127.0.0.1:1") }),
      "fal",
      "failure",
      /127\.0\.0\.1:1 cannot be reached/,
      /FAL_QUEUE_URL/,
    ],
    [
      "a wrong token",
      () => ({ DISCORD_TOKEN: "a.b.c" }),
      "Discord",
      "failure",
      /refuses the bot's token/,
      /Reset Token/,
    ],
    [
      "a server without the bot",
      () => ({ DISCORD_GUILD_ID: discord.people.guild({ botInside: false }).id }),
      "Discord",
      "failure",
      /not in the server of DISCORD_GUILD_ID/,
      /oauth2\/authorize/,
    ],
    [
      "no way to Discord",
      () => ({ DISCORD_API_URL: "http://127.0.0.1:1/api" }),
      "Discord",
      "failure",
      /could not be reached/,
      /network/,
    ],
    [
      "other commands",
      () => ({ DISCORD_CHANNELS: "age-restricted" }),
      "Discord",
      "warning",
      /not those of this version/,
      /^Start the bot/,
    ],
    [
      "a wrong bot token",
      () => ({ SLACK_BOT_TOKEN: "xoxb-x" }),
      "Slack",
      "failure",
      /^SLACK_BOT_TOKEN/,
      /^Copy the/,
    ],
    [
      "a wrong app token",
      () => ({ SLACK_APP_TOKEN: "xapp-x" }),
      "Slack",
      "failure",
      /^SLACK_APP_TOKEN/,
      /^Make an/,
    ],
    [
      "a scope that is missing",
      () => ({ SLACK_API_URL: olderSlack.apiUrl }),
      "Slack",
      "failure",
      /lacks the scope chat:write/,
      /reinstall/,
    ],
    ["a port that is taken", takenPort, "Web", "failure", /in use by another program/, /^Set PORT/],
    [
      "an address elsewhere",
      () => ({ HOST: "192.0.2.1", WEB_TOKEN: "w".repeat(16) }),
      "Web",
      "failure",
      /192/,
      /HOST/,
    ],
    ["a database that is none", textAsDatabase, "Database", "failure", /no SQLite database/, /DATABASE_URL/],
    [
      "no data folder",
      fileAsFolder,
      "Data folder",
      "failure",
      /cannot be written: ENOTDIR/,
      /DATA_DIRECTORY/,
    ],
  ])("%s", async (_, change, part, mark, what, fix) => {
    const base = part === "Discord" ? discordSet : part === "Slack" ? slackSet : falSet;
    const environment = { ...base, ...(await change()) };
    const findings = await checkup({ env: { ...elsewhere(), ...environment }, file: { type: "missing" } });
    expectNoSecretIn(JSON.stringify(findings), environment);
    expect(troublesIn(findings)).toEqual([
      { part, mark, what: expect.stringMatching(what), fix: expect.stringMatching(fix) },
    ]);
    expect(isHealthy(findings)).toBe(mark !== "failure");
  });

  /** Nothing is looked for in the folder in which the tests run. */
  const elsewhere = (): Environment => ({ DATA_DIRECTORY: join(home.directory, "data") });

  async function takenPort(): Promise<Environment> {
    const server = createServer((socket) => socket.destroy()).unref();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return { PORT: String(typeof address === "object" ? address?.port : "") };
  }

  async function textAsDatabase(): Promise<Environment> {
    await writeFile(join(home.directory, "notes.txt"), "only words ".repeat(200));
    return { DATABASE_URL: `sqlite:${join(home.directory, "notes.txt")}` };
  }

  async function fileAsFolder(): Promise<Environment> {
    await writeFile(join(home.directory, "file"), "");
    return { DATA_DIRECTORY: join(home.directory, "file") };
  }
});

describe("npm run doctor in the bot's own folder", () => {
  it("reads .env there, and says what the environment overrules", async () => {
    const directory = join(home.directory, "with-file");
    await mkdir(directory);
    await writeFile(join(directory, ".env"), "PORT=0\nLOG_LEVEL=debug\nFAL_KAY=x\n");
    const { findings } = await examined({ LOG_LEVEL: "info" }, directory);
    expect(troublesIn(findings).map(({ what }) => what)).toEqual([
      "LOG_LEVEL in .env does not count, because the environment sets it to something else.",
      "FAL_KAY is no variable of this bot and does nothing.",
    ]);
    expect(findings.find(({ what }) => what.startsWith("The bot can start"))?.what).toContain(
      "1 in .env, 1 in the",
    );
  });

  it("finds the bot at work well, and leaves it alone", { timeout: 120_000 }, async () => {
    const everything = { ...discordSet, ...slackSet };
    const running = await openHome(everything);
    const product = running.start();
    const port = new URL(await product.ready).port;
    const environment = { ...everything, PORT: port };
    const { code, findings } = await examined(environment, running.directory);

    expect(code).toBe(0);
    const told = (part: string) => findings.find((finding) => finding.part === part)?.what;
    expect(told("Database")).toMatch(/0 jobs, 0 of them open; .* in use by a running bot\.$/);
    expect(told("Web")).toMatch(
      new RegExp(`^A bot runs on port ${port}, up for .* connected: discord, slack\\.$`),
    );
    // Its lock still holds: a second bot is refused as before.
    const second = running.start();
    expect(await second.exited).toMatchObject({ code: 1 });
    expect(second.stderr()).toContain("Another process of this bot is using the database");
    expect(await product.stop()).toMatchObject({ code: 0 });
    await running.close();
  });
});
