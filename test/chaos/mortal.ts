import { connect, createServer, type Socket } from "node:net";
import type { Clock } from "../../src/core/clock.ts";
import { createStop } from "../../src/core/signals.ts";

/**
 * A life that can end like a process under kill -9: nothing it called comes back, nothing it waits for ends, and
 * what it says from then on reaches nobody.
 */
export interface Mortal {
  readonly signal: AbortSignal;
  /** The same object, whose calls never come back once this life has ended. */
  bind<T extends object>(target: T): T;
  clock(base: Clock): Clock;
  end(): void;
}

const never = () => new Promise<never>(() => {});

export function createMortal(): Mortal {
  const over = createStop();
  const { signal } = over;

  /** Settles as `work` does, unless this life ends first. */
  const living = <T>(work: PromiseLike<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      work.then(
        (value) => {
          if (!signal.aborted) resolve(value);
        },
        (error) => {
          if (!signal.aborted) reject(error);
        },
      );
    });

  const outcome = (value: unknown): unknown => {
    if (value instanceof Promise) return living(value);
    if (!isAsyncIterable(value)) return value;
    return { [Symbol.asyncIterator]: () => bind(value[Symbol.asyncIterator]()) };
  };

  const bind: Mortal["bind"] = (target) =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) =>
          signal.aborted ? never() : outcome(Reflect.apply(value, object, args));
      },
    });

  return {
    signal,
    bind,
    clock: (base) => ({
      now: () => base.now(),
      elapsed: () => base.elapsed(),
      sleep: async (ms, other) => {
        if (signal.aborted) return never();
        const either = other === undefined ? signal : AbortSignal.any([signal, other]);
        try {
          return await base.sleep(ms, either);
        } catch (error) {
          if (signal.aborted) return never();
          throw error;
        }
      },
    }),
    end: () => over.abort(new Error("killed")),
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** A way to a server that can be cut for good. */
export interface Line {
  /** The server's address by this way. */
  readonly origin: string;
  cut(): Promise<void>;
}

/** Opens a way to a server on this machine. */
export async function openLine(port: number): Promise<Line> {
  const ends = new Set<Socket>();
  const own = (socket: Socket): Socket => {
    ends.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => ends.delete(socket));
    return socket;
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = own(connect({ port, host: "127.0.0.1", allowHalfOpen: true }));
    own(near).pipe(far).pipe(near);
    // A reset on one side is a reset on the other, and no polite end.
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    cut: () => {
      for (const socket of ends) socket.resetAndDestroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
