import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createFakeClock } from "../../support/fake-clock.ts";
import { signed } from "../../support/slack/delivery.ts";
import {
  createSlackEmulator,
  type EmulatorOptions,
  type SlackEmulator,
} from "../../support/slack/emulator.ts";
import { createPeople } from "../../support/slack/people.ts";
import { SIGNING_SECRET } from "../../support/slack/state.ts";

let emulator: SlackEmulator | null = null;
const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await emulator?.close();
});

async function slack(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  emulator = await createSlackEmulator(options);
  emulator.state.addChannel({ id: "C1" });
  emulator.state.addUser({ id: "U1", name: "ada", isAdmin: false, isBot: false });
  return emulator;
}

/** Opens a socket; resolves with its first message, or with the status it was refused with. */
function dial(url: string): Promise<string> {
  const socket = new WebSocket(url);
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on("message", (data) => resolve(String(data)));
    socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
    socket.on("error", (error) => resolve(error.message));
  });
}

describe("the emulator's sockets", () => {
  it("greet a ticket once", async () => {
    const { link, origin } = await slack();
    const url = link.issueTicket(origin);
    expect(JSON.parse(await dial(url))).toMatchObject({ type: "hello", num_connections: 1 });
    expect(await dial(url)).toContain("401");
    expect(await dial(`${origin.replace("http", "ws")}/link?ticket=made-up`)).toContain("401");
  });

  it("are ten at most", async () => {
    const { link, origin } = await slack();
    for (let n = 0; n < 10; n += 1) expect(await dial(link.issueTicket(origin))).toContain("hello");
    expect(await dial(link.issueTicket(origin))).toContain("401");
  });

  it("give a client that does not acknowledge three seconds", async () => {
    const clock = createFakeClock();
    const { link, origin } = await slack({ clock });
    await dial(link.issueTicket(origin));
    const people = createPeople(emulator ?? expect.unreachable());
    const typed = people.slash("U1", "C1", "imagine", "x");
    await clock.advance(2999);
    await clock.advance(1);
    expect(await typed).toMatchObject({ outcome: "unacked", tookMs: 3000 });
  });

  it("deliver nothing where nobody listens", async () => {
    const people = createPeople(await slack());
    expect(await people.slash("U1", "C1", "imagine", "x")).toMatchObject({ outcome: "undelivered" });
  });
});

describe("the emulator's payloads", () => {
  it("escape what was typed, as Slack does", async () => {
    const { link, origin } = await slack();
    const url = link.issueTicket(origin);
    await dial(url);
    const heard = new Promise<string>((resolve) =>
      sockets[0]?.on("message", (data) => resolve(String(data))),
    );
    const people = createPeople(emulator ?? expect.unreachable());
    const typed = people.slash("U1", "C1", "imagine", "a <b> & c");
    const envelope: unknown = JSON.parse(await heard);
    expect(envelope).toMatchObject({
      type: "slash_commands",
      payload: { text: "a &lt;b&gt; &amp; c", command: "/imagine" },
    });
    if (typeof envelope === "object" && envelope !== null && "envelope_id" in envelope) {
      sockets[0]?.send(JSON.stringify({ envelope_id: envelope.envelope_id, payload: { text: "only you" } }));
    }
    expect(await typed).toMatchObject({ outcome: "acked" });
    expect(emulator?.state.ephemerals).toMatchObject([{ via: "ack", user: "U1", text: "only you" }]);
  });

  it("are signed as Slack documents it", () => {
    // The example of docs.slack.dev, "Verifying requests from Slack".
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
      "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com" +
      "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const headers = signed(body, "8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618_000);
    expect(headers["x-slack-signature"]).toBe(
      "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    );
    expect(SIGNING_SECRET).toBe("8f742231b10e8888abcd99yyyzzz85a5");
  });

  it("never answer in public by response_url", async () => {
    const { state, origin } = await slack();
    const body = JSON.stringify({ text: "x", response_type: "in_channel" });
    const answer = await fetch(`${origin}/response/${state.issueResponseUrl("U1", "C1")}`, {
      method: "POST",
      body,
    });
    expect(answer.status).toBe(400);
  });
});
