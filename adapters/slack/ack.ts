import type { Clock } from "../../src/core/clock.ts";
import type { Telemetry } from "../../src/core/telemetry.ts";
import { ACK_DEADLINE_MS } from "./limits.ts";

/** The one acknowledgement of something that happened. */
export interface Ack {
  /** Sends it, with or without a body. False: it went out before, or the connection it belongs to is gone. */
  send(body?: object): Promise<boolean>;
  /** Ends the deadline; nothing is sent any more. */
  close(): void;
}

/** Left alone, it goes out empty at the deadline, so that Slack never shows a failure to the person. */
export function createAck(send: (body?: object) => Promise<void>, clock: Clock, telemetry: Telemetry): Ack {
  const deadline = new AbortController();
  let sent = false;

  async function once(body?: object): Promise<boolean> {
    if (sent) return false;
    sent = true;
    deadline.abort();
    try {
      await send(body);
      return true;
    } catch (error) {
      // The socket went away in between. What the event asked for is carried out all the same.
      telemetry({ type: "fault", where: "slack.ack", jobId: null, error });
      return false;
    }
  }

  clock.sleep(ACK_DEADLINE_MS, deadline.signal).then(
    () => once(),
    () => false,
  );

  return {
    send: once,
    close() {
      sent = true;
      deadline.abort();
    },
  };
}
