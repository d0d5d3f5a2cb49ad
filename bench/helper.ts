import { fork } from "node:child_process";
import type { z } from "zod";
import { compiled } from "./place.ts";

/** A script of the benchmark in a process of its own, and the messages it sends. */
export interface Helper<T> {
  readonly pid: number;
  send(message: object): void;
  /** The next message that `wanted` gives a value for; messages are looked at from now on. */
  next<V>(wanted: (message: T) => V | null): Promise<V>;
  /** Ends it; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts `script` (its compiled path). Messages that do not fit the schema end every wait with an error. */
export function startHelper<T>(script: string, schema: z.ZodType<T>): Helper<T> {
  const child = fork(compiled(script), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} could not be started`);
  const waiting = new Set<{ readonly hear: (message: T) => void; readonly fail: (error: Error) => void }>();
  const failAll = (error: Error) => {
    for (const { fail } of [...waiting]) fail(error);
  };
  child.on("message", (message) => {
    const parsed = schema.safeParse(message);
    if (!parsed.success) return failAll(new Error(`${script} sent something unknown`));
    for (const { hear } of [...waiting]) hear(parsed.data);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      failAll(new Error(`${script} ended too soon`));
      resolve();
    });
  });
  return {
    pid,
    send: (message) => {
      child.send(message);
    },
    next: (wanted) =>
      new Promise((resolve, reject) => {
        const waiter = {
          hear: (message: T) => {
            const value = wanted(message);
            if (value === null) return;
            waiting.delete(waiter);
            resolve(value);
          },
          fail: (error: Error) => {
            waiting.delete(waiter);
            reject(error);
          },
        };
        waiting.add(waiter);
      }),
    stop: async () => {
      waiting.clear();
      child.kill("SIGKILL"); // it keeps nothing
      await ended;
    },
  };
}
