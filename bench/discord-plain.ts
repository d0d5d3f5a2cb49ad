import { type PlainBotOrder, plainBotMessageSchema } from "./discord-messages.ts";
import { startHelper } from "./helper.ts";

/** The plain bot in a process of its own, connected to Discord. */
export interface PlainBot {
  readonly pid: number;
  /** Why commands came to nothing. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

export async function startPlainBot(order: PlainBotOrder): Promise<PlainBot> {
  const helper = startHelper("bench/discord-plain-process.js", plainBotMessageSchema);
  await helper.next((message) => (message.type === "started" ? message : null));
  const problems: string[] = [];
  const listening = helper.next<never>((message) => {
    if (message.type === "failed") problems.push(message.problem);
    return null;
  });
  listening.catch(() => {}); // it never resolves; that the process has ended is told to whoever waits for a picture
  const ready = helper.next((message) => (message.type === "started" ? null : message));
  helper.send(order);
  const first = await ready;
  if (first.type === "failed") throw new Error(`The plain bot could not start: ${first.problem}`);
  return { pid: helper.pid, problems: () => problems, stop: helper.stop };
}
