import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { BotError } from "../src/errors.ts";
import { isLoopback } from "../src/settings.ts";

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof BotError && error.code === "config") return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  it("with nothing set runs the playground over the simulator, on this machine alone", () => {
    expect(readConfig({})).toMatchObject({
      fal: { simulated: true, credentials: null, concurrency: 2, mediaHosts: ["fal.media", "*.fal.media"] },
      discord: null,
      slack: null,
      playground: true,
      web: { host: "127.0.0.1", port: 3000, token: null },
      simulatorMs: [4000, 8000],
      jobs: { deadlineMs: 600_000, quietWindowMs: 30_000, keepMs: 365 * 86_400_000 },
    });
  });

  it("takes a fal key whole or in two parts", () => {
    expect(readConfig({ FAL_KEY: "id:secret" }).fal).toMatchObject({
      credentials: "id:secret",
      simulated: false,
    });
    const parts = readConfig({ FAL_KEY_ID: "id", FAL_KEY_SECRET: "secret" }).fal;
    expect(parts).toMatchObject({ credentials: "id:secret", simulated: false });
  });

  it("talks to an address of the owner's without a key", () => {
    expect(readConfig({ FAL_QUEUE_URL: "http://127.0.0.1:9" }).fal).toMatchObject({
      credentials: null,
      simulated: false,
    });
  });

  it("starts platforms by their tokens, and leaves the playground off then unless asked", () => {
    const discord = readConfig({ DISCORD_TOKEN: "t" });
    expect(discord.discord).toEqual({
      token: "t",
      apiUrl: "https://discord.com/api",
      guildId: null,
      channels: "any",
    });
    expect(readConfig({ DISCORD_TOKEN: "t", DISCORD_CHANNELS: "age-restricted" }).discord?.channels).toBe(
      "age-restricted",
    );
    expect(discord.playground).toBe(false);
    expect(readConfig({ DISCORD_TOKEN: "t", PLAYGROUND: "on" }).playground).toBe(true);
    expect(readConfig({ PLAYGROUND: "off" }).playground).toBe(false);
    expect(readConfig({ SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" }).slack).toMatchObject({
      botToken: "xoxb-1",
      appToken: "xapp-1",
      signingSecret: null,
    });
  });

  it("remembers finished jobs for ever when asked to", () => {
    expect(readConfig({ JOB_RETENTION_DAYS: "0" }).jobs.keepMs).toBeNull();
  });

  it("treats an empty variable as unset", () => {
    expect(readConfig({ FAL_KEY: "  ", PORT: "" })).toEqual(readConfig({}));
  });

  it.each([
    [{ PORT: "http" }, "PORT: set a whole number from 0 to 65535."],
    [{ FAL_CONCURRENCY: "0" }, "FAL_CONCURRENCY: set a whole number from 1 to 1000."],
    [{ FAL_QUEUE_URL: "queue.fal.run" }, /^FAL_QUEUE_URL: set a whole URL/],
    [{ FAL_QUEUE_URL: "https://" }, /^FAL_QUEUE_URL: set a whole URL/],
    [{ FAL_MEDIA_HOSTS: "https://fal.media" }, /^FAL_MEDIA_HOSTS: set host names/],
    [{ FAL_MODEL: "flux" }, /^FAL_MODEL: set an endpoint id/],
    [{ FAL_KEY_ID: "id" }, "FAL_KEY_ID and FAL_KEY_SECRET: set both, or FAL_KEY alone."],
    [{ DISCORD_TOKEN: "t", DISCORD_GUILD_ID: "my server" }, /^DISCORD_GUILD_ID: set the server's id/],
    [{ SLACK_BOT_TOKEN: "xoxb-1" }, /^SLACK_BOT_TOKEN: set SLACK_APP_TOKEN/],
    [{ SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xapp-1" }, /begins with xoxb-/],
    [{ SLACK_SIGNING_SECRET: "s" }, /do nothing alone/],
    [{ HOST: "0.0.0.0" }, /^WEB_TOKEN: set it, because HOST lets other machines in/],
    [{ HOST: "0.0.0.0", WEB_TOKEN: "short" }, /at least 16 characters/],
    [{ DATABASE_URL: "postgres://x" }, /^DATABASE_URL: set sqlite:PATH/],
    [{ SIMULATOR_SECONDS: "fast" }, /^SIMULATOR_SECONDS: set two numbers/],
    [{ SIMULATOR_SECONDS: "8-4" }, /must not be larger/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL: set one of/],
    [{ PLAYGROUND: "maybe" }, "PLAYGROUND: set one of on, off, auto."],
  ])("says what to set instead of %o", (env, sentence) => {
    const problems = problemsOf(env as unknown as Record<string, string>);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      sentence instanceof RegExp ? sentence : new RegExp(`^${sentence.replace(/[.()]/g, "\\$&")}$`),
    );
  });

  it("names every problem at once, and no secret's value", () => {
    const problems = problemsOf({ PORT: "x", SLACK_BOT_TOKEN: "very-secret", LOG_FORMAT: "xml" });
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain("very-secret");
  });

  it.each([
    ["127.0.0.1", true],
    ["127.1.2.3", true],
    ["localhost", true],
    ["::1", true],
    ["0.0.0.0", false],
    ["192.168.1.5", false],
    ["localhost.example.com", false],
  ])("knows whether only this machine reaches %s", (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});
