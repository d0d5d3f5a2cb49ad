import { z } from "zod";
import type { SettingsChange } from "../src/simulator/simulator.ts";
import { startHelper } from "./helper.ts";
import { falMessageSchema } from "./messages.ts";

const requestSchema = z.object({
  id: z.string(),
  input: z.looseObject({ prompt: z.string() }),
  state: z.enum(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]),
  acceptedAt: z.number(),
  finishedAt: z.number().nullable(),
  calls: z.object({ status: z.number(), stream: z.number() }),
});
const requestsSchema = z.object({ requests: z.array(requestSchema) });
const violationsSchema = z.object({ violations: z.array(z.string()) });

/** A request as the simulator remembers it; times are epoch ms of this machine's clock. */
export type FalRequest = z.infer<typeof requestSchema>;

/** The simulator in a process of its own. */
export interface Fal {
  readonly url: string;
  readonly pid: number;
  set(change: SettingsChange): Promise<void>;
  requests(): Promise<readonly FalRequest[]>;
  /** Ends a request now. */
  finish(id: string): Promise<void>;
  /** By request id: when its result was first asked for, epoch ms, taken before the simulator handles the call. */
  arrivals(): Promise<ReadonlyMap<string, number>>;
  /** Rules of fal's that were broken. */
  violations(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** The model every part asks for. */
export const ENDPOINT = "imagineart/imagineart-1.5-pro-preview/text-to-image";

export async function startFal(): Promise<Fal> {
  const helper = startHelper("bench/fal-process.js", falMessageSchema);
  const url = await helper.next((message) => (message.type === "ready" ? message.url : null));
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/_simulator/${path}`, init);
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error(`The simulator refused ${path}: ${JSON.stringify(body)}`);
    return body;
  };
  return {
    url,
    pid: helper.pid,
    set: async (change) => {
      await call("settings", { method: "POST", body: JSON.stringify(change) });
    },
    requests: async () => requestsSchema.parse(await call("requests")).requests,
    finish: async (id) => {
      await call(`requests/${id}/finish`, { method: "POST" });
    },
    arrivals: async () => {
      const answer = helper.next((message) => (message.type === "arrivals" ? message.arrivals : null));
      helper.send({ type: "arrivals" });
      return new Map(Object.entries(await answer));
    },
    violations: async () => violationsSchema.parse(await call("violations")).violations,
    stop: helper.stop,
  };
}
