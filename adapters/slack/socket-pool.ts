import { type App, SocketModeReceiver } from "@slack/bolt";
import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { BotError } from "../../src/errors.ts";
import { appTokenProblem } from "./identity.ts";
import { SLACK_LIMITS, SOCKET_CONNECTIONS } from "./limits.ts";
import { type SlackLog, sdkLogger } from "./log.ts";
import { troubleOf } from "./trouble.ts";
import { clientOptions } from "./web.ts";

/** Several Socket Mode connections of one app, each replaced as soon as it ends. */
export interface SocketPool {
  /** Resolves when the first connection is up. @throws BotError `config` when Slack refuses the token for good. */
  start(): Promise<void>;
  /** Ends every connection, those still being opened included. */
  stop(): Promise<void>;
  connected(): boolean;
}

export interface SocketPoolOptions {
  readonly app: App;
  readonly appToken: string;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: SlackLog;
}

type End = "ended" | "told to go";
type Connection = InstanceType<typeof SocketModeReceiver>["client"];

/** Slack greets at once; a connection that stays silent for so long is given up, ms. */
const HELLO_MS = 20_000;
/** A closing handshake may take so long, ms; then the socket is cut. */
const CLOSE_MS = 1000;
/** A connection that ended sooner counts as a failure, ms, so that a quarrel with Slack does not become a storm. */
const SHORT_LIFE_MS = 5000;
const MOST_PAUSE_MS = 30_000;
/** Pause after a refused token, ms: it may be mended in Slack while we run. */
const REFUSED_PAUSE_MS = 300_000;

/**
 * The SDK's own reconnecting is switched off: it leaves a gap of seconds at every refresh, never ends for a wrong
 * token, and its failures are rejections nobody can catch. Each connection gets a receiver of its own instead.
 */
export function createSocketPool(options: SocketPoolOptions): SocketPool {
  const { app, appToken, apiUrl, timeoutMs, clock, log } = options;
  const ended = new AbortController();
  const open = new Set<Connection>();
  const owned = new Set<Promise<void>>();

  function own(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => log.warn({ error: String(error) }, "A Slack connection did not close well"))
      .finally(() => owned.delete(done));
    owned.add(done);
  }

  function createConnection(): Connection {
    const client = {
      ...clientOptions({ apiUrl, timeoutMs, log }),
      // So that stop() also ends a call for a new address: the SDK would connect once it is answered.
      fetch: (url: string | URL | Request, init?: RequestInit) =>
        fetch(url, {
          ...init,
          signal: AbortSignal.any([ended.signal, ...(init?.signal ? [init.signal] : [])]),
        }),
    };
    const receiver = new SocketModeReceiver({
      appToken,
      logger: sdkLogger(log),
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: client },
    });
    receiver.init(app);
    return receiver.client;
  }

  /** Opens one connection. `over` resolves when it ends, is told to go, or we stop. */
  async function connect(): Promise<{ readonly over: Promise<End> }> {
    const connection = createConnection();
    const over = endOf(connection);
    const greeted = new AbortController();
    const silent = clock.sleep(HELLO_MS, greeted.signal).then(() => {
      throw new Error("Slack opened a connection and said nothing.");
    });
    try {
      await orStopped(Promise.race([connection.start(), silent]), ended.signal);
    } catch (error) {
      // socket-mode rejects with nothing at all when a handshake is broken off.
      own(retire(connection));
      throw error ?? new Error("The connection was closed before it was up.");
    } finally {
      greeted.abort();
      silent.catch(() => undefined);
    }
    open.add(connection);
    own(over.then((how) => release(connection, how)));
    return { over };
  }

  /**
   * The SDK closes a connection the moment Slack tells it to go, and acknowledgements on their way are lost. So it
   * does not get to hear that: the next connection is opened first.
   */
  function endOf(connection: Connection): Promise<End> {
    const handlers = connection.listeners("ws_message");
    connection.removeAllListeners("ws_message");
    return new Promise((resolve) => {
      const stop = () => resolve("ended");
      ended.signal.addEventListener("abort", stop, { once: true });
      connection.on("disconnected", () => {
        ended.signal.removeEventListener("abort", stop);
        resolve("ended");
      });
      connection.on("ws_message", (...message: unknown[]) => {
        if (isFarewell(message[0])) resolve("told to go");
        else for (const handle of handlers) handle(...message);
      });
    });
  }

  async function release(connection: Connection, how: End): Promise<void> {
    if (how === "told to go")
      await clock.sleep(SLACK_LIMITS.acknowledge, ended.signal).catch(() => undefined);
    open.delete(connection);
    await retire(connection);
  }

  /** Closes politely, then for good: the second disconnect() cuts the socket. */
  async function retire(connection: Connection): Promise<void> {
    const closed = new AbortController();
    const polite = connection.disconnect().finally(() => closed.abort());
    await clock.sleep(CLOSE_MS, closed.signal).then(
      () => connection.disconnect(),
      () => polite,
    );
  }

  async function lane(up: () => void, refused: (error: BotError) => void): Promise<void> {
    let failures = 0;
    while (!ended.signal.aborted) {
      let pause = 0;
      const startedAt = clock.elapsed();
      try {
        const { over } = await connect();
        up();
        await orStopped(over, ended.signal);
        failures = clock.elapsed() - startedAt < SHORT_LIFE_MS ? failures + 1 : 0;
      } catch (error) {
        if (ended.signal.aborted) return;
        failures += 1;
        const refusal = refusalOf(error);
        if (refusal !== null) {
          refused(refusal);
          pause = REFUSED_PAUSE_MS;
        }
        log.warn(
          { failures, reason: refusal?.message ?? troubleOf(error).type },
          "Slack cannot be reached by Socket Mode",
        );
      }
      pause = Math.max(pause, failures === 0 ? 0 : Math.min(MOST_PAUSE_MS, 250 * 2 ** failures));
      if (pause > 0) await clock.sleep(pause, ended.signal).catch(() => undefined);
    }
  }

  return {
    start: () =>
      new Promise<void>((resolve, reject) => {
        for (let n = 0; n < SOCKET_CONNECTIONS; n += 1) own(lane(resolve, reject));
        const stopped = () => reject(new BotError("Slack was stopped while starting.", { code: "misuse" }));
        ended.signal.addEventListener("abort", stopped, { once: true });
      }),
    async stop() {
      ended.abort();
      while (owned.size > 0) await Promise.allSettled(owned);
    },
    connected: () => [...open].some((connection) => connection.websocket?.isActive() === true),
  };
}

/** Slack's word before it closes a connection. */
function isFarewell(data: unknown): boolean {
  // Farewells are short; what people do is not parsed twice.
  if (typeof data !== "string" || data.length > 1000) return false;
  try {
    return Farewell.safeParse(JSON.parse(data)).success;
  } catch {
    return false;
  }
}

const Farewell = z.object({ type: z.literal("disconnect") });

/** As `work`, but rejects when we are stopped. Leaves no listener behind: connections come and go for months. */
function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error("Stopped."));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The sentence for a token that will never do; null for trouble that may pass. */
function refusalOf(error: unknown): BotError | null {
  const trouble = troubleOf(error);
  return trouble.type === "refused" ? appTokenProblem(trouble.word) : null;
}
