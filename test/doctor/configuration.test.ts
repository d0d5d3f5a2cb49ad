import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { examineConfiguration, LEAST_NODE } from "../../src/doctor/configuration.ts";
import { type EnvFile, envFileOf } from "../../src/doctor/env-file.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { troublesIn } from "../support/findings.ts";

type Environment = Readonly<Record<string, string>>;

function examined(env: Environment, file: EnvFile = { type: "missing" }, nodeVersion = LEAST_NODE) {
  return [...examineConfiguration({ env, file, nodeVersion })];
}

/** What `.env` sets reaches the environment where nothing stands in its way. */
function fromFile(values: Environment, around: Environment = {}) {
  return examined({ ...values, ...around }, { type: "read", values });
}

const noteIn = (findings: readonly Finding[], what: RegExp) =>
  findings.find((finding) => finding.mark === "note" && what.test(finding.what));

const DISCORD = { DISCORD_TOKEN: "a.b.c", FAL_KEY: "id:secret" };
const SLACK = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1", FAL_KEY: "id:secret" };

describe("a configuration that is well", () => {
  it.each<[string, Environment, RegExp]>([
    ["nothing at all", {}, /on the playground, with pictures by the simulator\. .*0 in \.env, 0 in the env/],
    ["Discord", DISCORD, /on Discord, with pictures by imagineart\/.* 0 in \.env, 2 in the environment/],
    ["Slack", SLACK, /on Slack \(Socket Mode\), with/],
    ["both", { ...DISCORD, ...SLACK, PLAYGROUND: "on" }, /on Discord and Slack .* and the playground/],
  ])("%s: one line says what would run", (_, env, sentence) => {
    const findings = examined(env);
    expect(troublesIn(findings)).toEqual([]);
    expect(findings.at(-1)).toMatchObject({ mark: "ok", what: expect.stringMatching(sentence) });
  });

  it("counts what .env sets", () => {
    expect(fromFile(DISCORD, { PORT: "4000" }).at(-1)?.what).toContain("2 in .env, 1 in the environment");
  });
});

describe("a configuration that stops the start", () => {
  it.each<[Environment, string, string | RegExp]>([
    [{ PORT: "http" }, "PORT", "Set a whole number from 0 to 65535."],
    [{ FAL_MODEL: "flux" }, "FAL_MODEL", /^Set an endpoint id/],
    [{ HOST: "0.0.0.0" }, "WEB_TOKEN", /^Set it, because HOST lets other machines in/],
    [{ SLACK_BOT_TOKEN: "xoxb-1" }, "SLACK_BOT_TOKEN", /^Set SLACK_APP_TOKEN/],
    [{ DATABASE_URL: "mysql://x" }, "DATABASE_URL", /^Set sqlite:PATH/],
  ])("%o is one failure that names the variable and the way out", (env, name, fix) => {
    expect(troublesIn(examined(env))).toEqual([
      {
        part: "Configuration",
        mark: "failure",
        what: `${name} keeps the bot from starting.`,
        fix: typeof fix === "string" ? fix : expect.stringMatching(fix),
      },
    ]);
  });

  it("names each problem on a line of its own, and says that the rest waits", () => {
    const findings = examined({ PORT: "x", LOG_LEVEL: "loud", FAL_KEY_ID: "id" });
    expect(troublesIn(findings).map(({ what }) => what)).toEqual([
      "PORT keeps the bot from starting.",
      "LOG_LEVEL keeps the bot from starting.",
      "FAL_KEY_ID and FAL_KEY_SECRET keep the bot from starting.",
    ]);
    expect(findings.at(-1)?.what).toBe("Nothing else can be checked before this is mended.");
  });
});

describe("what looks well and is not, in one line with its fix", () => {
  it.each<[string, Environment, RegExp, RegExp]>([
    ["a typing error", { ...DISCORD, FAL_KAY: "x" }, /^FAL_KAY is no variable/, /^Did you mean FAL_KEY\?$/],
    ["two letters turned", { LOG_LEVLE: "debug" }, /^LOG_LEVLE is no/, /LOG_LEVEL\?$/],
    ["small letters", { fal_key: "x" }, /^fal_key is no/, /FAL_KEY\?$/],
    ["a word too many", { FAL_API_KEY: "x" }, /^FAL_API_KEY is no/, /FAL_KEY\?$/],
    ["a word too few", { SLACK_TOKEN: "x" }, /^SLACK_TOKEN is no/, /SLACK_BOT_TOKEN\?$/],
    [
      "Redis",
      { REDIS_URL: "redis://:pass@x" },
      /^REDIS_URL is set, .* does not use Redis/,
      /^Unset REDIS_URL/,
    ],
    [
      "a real platform with the simulator's pictures",
      { DISCORD_TOKEN: "a.b.c" },
      /^FAL_KEY is not set/,
      /^Set FAL_KEY/,
    ],
    ["no platform at all", { PLAYGROUND: "off" }, /^Nobody can ask for pictures/, /PLAYGROUND=on/],
    [
      "no database file",
      { DATABASE_URL: "sqlite::memory:" },
      /keeps everything in memory/,
      /^Set DATABASE_URL/,
    ],
    [
      "fal's key for somebody else",
      { FAL_KEY: "a:b", FAL_QUEUE_URL: "https://proxy.example/fal" },
      /^FAL_KEY goes to proxy\.example instead of fal: see FAL_QUEUE_URL\.$/,
      /^Unset FAL_QUEUE_URL/,
    ],
    [
      "a token on the open road",
      { ...DISCORD, DISCORD_API_URL: "http://proxy.example/api" },
      /^DISCORD_TOKEN goes to proxy\.example instead of Discord, unencrypted/,
      /^Unset DISCORD_API_URL/,
    ],
    [
      "Slack's token for somebody else",
      { ...SLACK, SLACK_API_URL: "https://proxy.example/api" },
      /^SLACK_BOT_TOKEN goes to proxy\.example/,
      /^Unset SLACK_API_URL/,
    ],
    [
      "a simulator whose pictures are refused",
      { FAL_QUEUE_URL: "http://127.0.0.1:4000" },
      /FAL_MEDIA_HOSTS does not name it/,
      /^Set FAL_MEDIA_HOSTS to 127\.0\.0\.1:4000/,
    ],
    ["a key in quotation marks", { FAL_KEY: '"a:b"' }, /^FAL_KEY holds a character/, /^Copy the key again/],
    ["a key with its word", { FAL_KEY: "Key a:b" }, /^FAL_KEY holds a character/, /^Copy the key again/],
    [
      "a token that was never filled in",
      { ...SLACK, SLACK_BOT_TOKEN: "xoxb-…" },
      /^SLACK_BOT_TOKEN holds a character/,
      /^Copy it again/,
    ],
  ])("%s", (_, env, what, fix) => {
    const [trouble, ...others] = troublesIn(examined(env));
    expect(others).toEqual([]);
    expect(trouble).toMatchObject({ what: expect.stringMatching(what), fix: expect.stringMatching(fix) });
  });

  it("takes Discord's token with its word in front, as the bot does", () => {
    expect(troublesIn(examined({ ...DISCORD, DISCORD_TOKEN: "Bot a.b.c" }))).toEqual([]);
  });

  it.each([
    ["HOME", "/"],
    ["HOSTNAME", "box"],
    ["NODE_ENV", "production"],
    ["HTTPS_PROXY", "x"],
  ])("leaves the machine's own %s alone", (name, value) => {
    expect(examined({ [name]: value })).toHaveLength(examined({}).length);
  });

  it("never shows a value, nor a name that may be one", () => {
    const findings = [
      ...examined({ PORT: "hidden-1", FAL_KAY: "hidden-2", REDIS_URL: "redis://:hidden-3@x" }),
      ...fromFile({ [`hidden_${"x".repeat(40)}`]: "" }),
    ];
    expect(JSON.stringify(findings)).not.toContain("hidden");
  });
});

describe("what is worth a note", () => {
  it.each<[string, Environment, RegExp]>([
    ["many at once", { FAL_KEY: "a:b", FAL_CONCURRENCY: "8" }, /^FAL_CONCURRENCY is 8, and a new account/],
    ["two ways to give the key", { FAL_KEY: "a:b", FAL_KEY_ID: "c", FAL_KEY_SECRET: "d" }, /^FAL_KEY counts/],
    [
      "plain HTTP",
      { HOST: "0.0.0.0", WEB_TOKEN: "0123456789abcdef" },
      /answers other machines in plain HTTP/,
    ],
    ["Discord's rest", { DISCORD_GUILD_ID: "123456789012345678" }, /does nothing without DISCORD_TOKEN/],
    ["both ways to Slack", { ...SLACK, SLACK_SIGNING_SECRET: "s" }, /^Slack uses Socket Mode/],
    [
      "Slack by HTTP behind a proxy",
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s", FAL_KEY: "a:b" },
      /only a proxy on this machine can lead Slack here/,
    ],
    [
      "a simulator of the owner's",
      { FAL_KEY: "a:b", FAL_QUEUE_URL: "http://127.0.0.1:4", FAL_MEDIA_HOSTS: "127.0.0.1:4" },
      /^FAL_KEY goes to 127\.0\.0\.1:4 instead of fal: see FAL_QUEUE_URL\.$/,
    ],
    ["another program's variable", { DISCORD_CLIENT_ID: "1" }, /^DISCORD_CLIENT_ID is no variable/],
  ])("%s", (_, env, what) => {
    const findings = examined(env);
    expect(noteIn(findings, what)?.fix).toEqual(expect.any(String));
    expect(troublesIn(findings)).toEqual([]);
  });
});

describe(".env", () => {
  it("is asked for when nothing is set at all", () => {
    expect(noteIn(examined({}), /There is no \.env/)?.fix).toContain(".env.example");
    expect(noteIn(examined({ FAL_KEY: "a:b" }), /There is no \.env/)).toBeUndefined();
  });

  it("that holds comments only is noted", () => {
    expect(noteIn(fromFile({}), /\.env sets nothing/)).toBeDefined();
  });

  it("that cannot be read is a failure", () => {
    const error = Object.assign(new Error("no"), { code: "EACCES" });
    expect(troublesIn(examined({}, envFileOf({ parsed: {}, error })))).toMatchObject([
      { mark: "failure", what: expect.stringContaining("cannot be read (EACCES)") },
    ]);
  });

  it("that is not there is no failure", () => {
    const error = Object.assign(new Error("no"), { code: "ENOENT" });
    expect(envFileOf({ parsed: {}, error })).toEqual({ type: "missing" });
  });

  it.each([
    ["x:y", "to something else"],
    ["", "to nothing"],
  ])("gives way to the environment's %j, which is said", (inTheWay, how) => {
    const findings = fromFile({ FAL_KEY: "a:b" }, { FAL_KEY: inTheWay });
    expect(troublesIn(findings)).toMatchObject([
      { mark: "warning", what: `FAL_KEY in .env does not count, because the environment sets it ${how}.` },
    ]);
  });

  it("with a name nobody knows gets a note, whatever the name", () => {
    expect(noteIn(fromFile({ COLOUR: "red" }), /^COLOUR is no variable/)).toBeDefined();
  });
});

describe("Node", () => {
  it.each([
    ["18.20.0", 1],
    ["20.18.3", 1],
    ["20.19.0", 0],
    ["22.1.0", 0],
  ])("%s makes %d failures", (version, count) => {
    const failures = troublesIn(examined({}, { type: "missing" }, version));
    expect(failures).toHaveLength(count);
  });

  it("is asked for as package.json asks", () => {
    const { engines } = z
      .object({ engines: z.object({ node: z.string() }) })
      .parse(JSON.parse(readFileSync("package.json", "utf8")));
    expect(engines.node).toBe(`>=${LEAST_NODE}`);
  });
});
