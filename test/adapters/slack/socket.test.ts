import { afterEach, describe, expect, it, vi } from "vitest";
import type { InboundEvent } from "../../../src/core/events.ts";
import { eventually } from "../../support/eventually.ts";
import { ADA, CHANNEL, createSlackStage, type SlackStage } from "../../support/slack/world.ts";

let stage: SlackStage | null = null;
const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));
afterEach(async () => {
  await stage?.close();
  stage = null;
  expect(rejections).toEqual([]);
});

/** A started stage whose commands are settled at once. */
async function connected(): Promise<SlackStage & { readonly events: InboundEvent[] }> {
  stage = await createSlackStage();
  const events: InboundEvent[] = [];
  await stage.adapter.start(async (event) => {
    events.push(event);
    if ("responder" in event) await event.responder.settle();
  });
  await bothUp(stage);
  return { ...stage, events };
}

const bothUp = ({ emulator }: SlackStage) =>
  vi.waitFor(() => expect(emulator.link.connected()).toBe(2), { interval: 5 });

/** Types commands until told to stop; resolves with what became of each. */
function typing({ people }: SlackStage): () => Promise<readonly string[]> {
  let going = true;
  const outcomes: string[] = [];
  const done = (async () => {
    while (going) {
      const { outcome } = await people.slash(ADA, CHANNEL, "imagine", "x");
      outcomes.push(outcome);
    }
  })();
  return async () => {
    going = false;
    await done;
    return outcomes;
  };
}

describe("Socket Mode", () => {
  it("listens on two connections", async () => {
    const { adapter, emulator } = await connected();
    expect(adapter.connected()).toBe(true);
    expect(emulator.calls("apps.connections.open")).toHaveLength(2);
  });

  it.each(["answers", "keeps-open"] as const)(
    "loses nothing while Slack refreshes each connection (peer %s)",
    async (closing) => {
      const open = await connected();
      const { emulator, events } = open;
      emulator.link.manners.closing = closing;
      const stopTyping = typing(open);
      for (const reason of ["warning", "refresh_requested"] as const) {
        const openedBefore = emulator.calls("apps.connections.open").length;
        emulator.link.refresh(reason);
        expect(open.adapter.connected()).toBe(true);
        await eventually(() => expect(emulator.calls("apps.connections.open").length).toBe(openedBefore + 1));
        await bothUp(open);
      }
      const outcomes = await stopTyping();
      expect(outcomes.filter((outcome) => outcome !== "acked")).toEqual([]);
      expect(events).toHaveLength(outcomes.length);
      await eventually(() => expect(emulator.link.open()).toBe(2));
    },
  );

  it("comes back after both connections were cut, and after calls that fail", async () => {
    const open = await connected();
    const { emulator, people, events } = open;
    emulator.faults.add("apps.connections.open", { type: "status", status: 500 }, 2);
    emulator.faults.add("apps.connections.open", { type: "malformed" });
    emulator.link.drop("all");
    await bothUp(open);
    expect((await people.slash(ADA, CHANNEL, "imagine", "x")).outcome).toBe("acked");
    expect(events).toHaveLength(1);
  });

  it("keeps serving on one connection when the other is cut", async () => {
    const open = await connected();
    open.emulator.faults.add("apps.connections.open", { type: "hang" });
    open.emulator.link.drop("oldest");
    expect((await open.people.slash(ADA, CHANNEL, "imagine", "x")).outcome).toBe("acked");
  });

  it("gives a connection up that never greets", async () => {
    stage = await createSlackStage();
    const { adapter, emulator } = stage;
    emulator.link.manners.hello = "says-nothing";
    const starting = adapter.start(async () => undefined);
    await eventually(() => expect(emulator.link.open()).toBe(2));
    emulator.link.manners.hello = "at-once";
    await starting;
    expect(adapter.connected()).toBe(true);
  });

  it("stops cleanly", async () => {
    const { adapter, emulator } = await connected();
    await adapter.stop();
    expect(adapter.connected()).toBe(false);
    await eventually(() => expect(emulator.link.open()).toBe(0));
  });

  it("stops cleanly in the middle of a reconnect, whether the call or the handshake is pending", async () => {
    const { adapter, emulator } = await connected();
    emulator.faults.add("apps.connections.open", { type: "hang" });
    emulator.link.manners.hello = "says-nothing";
    emulator.link.drop("all");
    await eventually(() => expect(emulator.calls("apps.connections.open").length).toBe(4));
    await adapter.stop();
    await eventually(() => expect(emulator.link.open()).toBe(0));
    expect(adapter.connected()).toBe(false);
  });

  it("hands nothing over after it was stopped", async () => {
    const { adapter, emulator, people, events } = await connected();
    await adapter.stop();
    await eventually(() => expect(emulator.link.open()).toBe(0));
    expect((await people.slash(ADA, CHANNEL, "imagine", "x")).outcome).toBe("undelivered");
    expect(events).toEqual([]);
  });

  it("says that it is not connected while the token is refused", async () => {
    const open = await connected();
    const { adapter, emulator } = open;
    emulator.faults.add("apps.connections.open", { type: "error", error: "invalid_auth" }, 2);
    emulator.link.drop("all");
    await eventually(() => expect(adapter.connected()).toBe(false));
    await eventually(() => expect(emulator.calls("apps.connections.open")).toHaveLength(4));
    expect(open.logged.join("\n")).toContain("invalid_auth");
  });
});
