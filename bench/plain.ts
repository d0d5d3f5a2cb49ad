import { startHelper } from "./helper.ts";
import { type PlainOrder, plainMessageSchema } from "./messages.ts";

/** A picture the plain loop has, by fal's request id. */
export interface PlainPicture {
  readonly requestId: string;
  /** When its last byte was in memory, epoch ms. */
  readonly at: number;
  readonly bytes: number;
}

/** A plain loop of `fal.subscribe` with its defaults, in a process of its own. */
export interface PlainLoop {
  readonly pid: number;
  /** Begins to work; resolves when `count` pictures are there. */
  run(order: PlainOrder, count: number): Promise<readonly PlainPicture[]>;
  stop(): Promise<void>;
}

export async function startPlainLoop(): Promise<PlainLoop> {
  const helper = startHelper("bench/plain-process.js", plainMessageSchema);
  await helper.next((message) => (message.type === "ready" ? message : null));
  return {
    pid: helper.pid,
    run: async (order, count) => {
      const pictures: PlainPicture[] = [];
      const all = helper.next((message) => {
        if (message.type === "failed") return message;
        if (message.type === "picture") pictures.push(message);
        return pictures.length === count ? message : null;
      });
      helper.send(order);
      const last = await all;
      if (last.type === "failed") throw new Error(`The plain loop failed: ${last.problem}`);
      return pictures;
    },
    stop: helper.stop,
  };
}
