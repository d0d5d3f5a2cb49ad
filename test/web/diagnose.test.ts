import { createServer, type RequestListener } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { diagnoseWeb } from "../../src/web/diagnose.ts";
import { createMetrics } from "../../src/web/metrics.ts";
import { createWebServer } from "../../src/web/server.ts";
import { findingsOf } from "../support/findings.ts";
import { reservedPort } from "../support/ports.ts";

const diagnosed = (port: number, host = "127.0.0.1") =>
  findingsOf(diagnoseWeb({ host, port, signal: new AbortController().signal }));

/** A bot's web server; gives its port. */
async function bot(platforms: Readonly<Record<string, boolean>>): Promise<number> {
  const web = createWebServer({
    host: "127.0.0.1",
    port: 0,
    loopback: true,
    token: null,
    metrics: createMetrics({ counts: () => ({ waiting: 0, running: 0 }) }),
    platforms: () => platforms,
    mounts: [],
  });
  const address = await web.start();
  onTestFinished(() => web.stop());
  return Number(new URL(address).port);
}

async function stranger(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("the web server's port", () => {
  it("is well when it is free, and free afterwards", async () => {
    const free = reservedPort();
    for (const _ of [1, 2]) expect(await diagnosed(free)).toMatchObject([{ mark: "ok" }]);
  });

  it("is well when any will do", async () => {
    expect(await diagnosed(0)).toMatchObject([
      { mark: "ok", what: expect.stringContaining("any free port") },
    ]);
  });

  it.each(["127.0.0.1", "0.0.0.0"])("is well when a bot has it, asked from %s", async (host) => {
    const port = await bot({ discord: true, slack: true });
    expect(await diagnosed(port, host)).toMatchObject([
      {
        mark: "ok",
        what: expect.stringMatching(
          /^A bot runs on port \d+, up for \d+ seconds, connected: discord, slack\.$/,
        ),
      },
    ]);
  });

  it("is a warning when the bot on it is not connected", async () => {
    const port = await bot({ discord: true, slack: false });
    expect(await diagnosed(port)).toMatchObject([
      {
        mark: "warning",
        what: expect.stringContaining("is not connected to slack"),
        fix: expect.any(String),
      },
    ]);
  });

  it.each<[string, RequestListener]>([
    ["that answers otherwise", (_, response) => response.end('{"status":"up"}')],
    ["that answers with a page", (_, response) => response.end("<p>hello")],
    ["that hangs up", (request) => void request.socket.destroy()],
  ])("is a failure when a program has it %s", async (_, listener) => {
    const port = await stranger(listener);
    expect(await diagnosed(port)).toEqual([
      {
        part: "Web",
        mark: "failure",
        what: `Port ${port} is in use by another program.`,
        fix: "Set PORT to another number, or 0 for any free one.",
      },
    ]);
  });

  it("is a failure at an address that is not this machine's", async () => {
    expect(await diagnosed(3000, "192.0.2.1")).toMatchObject([
      {
        mark: "failure",
        what: expect.stringContaining("cannot listen on 192.0.2.1"),
        fix: expect.stringMatching(/^Set HOST/),
      },
    ]);
  });
});
