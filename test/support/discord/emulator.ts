import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { type BucketRule, GLOBAL_RULE, REAL_SIZED } from "./buckets.ts";
import { createFaults, type Fault } from "./faults.ts";
import { createGateway, type Gateway, shardOf } from "./gateway.ts";
import { guildPayload } from "./payloads.ts";
import { createPeople, type People } from "./people.ts";
import { createRestServer, type RequestRecord } from "./rest.ts";
import type { InteractionState, MessageState } from "./state.ts";
import { createWorld, type World } from "./world.ts";

export interface EmulatorOptions {
  readonly clock?: FakeClock;
  readonly buckets?: Readonly<Record<string, BucketRule>>;
  readonly globalRule?: BucketRule;
  /** Recommended (and least accepted) number of shards. */
  readonly shards?: number;
  readonly heartbeatMs?: number;
  /** Privileged intents switched on in the portal. */
  readonly allowedIntents?: number;
  /** Largest upload whose bytes are kept; every upload is hashed. */
  readonly keepBytes?: number;
  /** Sessions that may still be started today. @default 999 */
  readonly startsLeft?: number;
  /** Guilds announced in READY that never become available. */
  readonly outageGuilds?: number;
}

/** A Discord of our own on 127.0.0.1: REST and gateway over real sockets. */
export interface DiscordEmulator {
  /** Goes into DISCORD_API_URL: no version. */
  readonly apiUrl: string;
  readonly token: string;
  readonly clock: FakeClock;
  readonly world: World;
  readonly gateway: Gateway;
  /** What people do there. */
  readonly people: People;
  /** Every request with its answer, in order. */
  readonly requests: readonly RequestRecord[];
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Messages still there, oldest first; of one channel when named. */
  messages(channelId?: string): readonly MessageState[];
  message(id: string): MessageState;
  interaction(id: string): InteractionState;
  /** Answers 429 given so far. */
  tooMany(): readonly RequestRecord[];
  close(): Promise<void>;
}

/** Starts it. Close it after the test. */
export async function startDiscordEmulator(options: EmulatorOptions = {}): Promise<DiscordEmulator> {
  const clock = options.clock ?? createFakeClock(Date.now());
  const world = createWorld({ clock });
  const faults = createFaults();
  const requests: RequestRecord[] = [];
  const shards = options.shards ?? 1;
  const front = createServer();
  const address = () => `127.0.0.1:${(front.address() as AddressInfo).port}`;
  const rest = createRestServer({
    world,
    faults,
    buckets: options.buckets ?? REAL_SIZED,
    globalRule: options.globalRule ?? GLOBAL_RULE,
    keepBytes: options.keepBytes ?? 32 * 1024 * 1024,
    requests,
    gateway: () => ({
      url: `ws://${address()}`,
      shards,
      session_start_limit: {
        total: 1000,
        remaining: options.startsLeft ?? 999,
        reset_after: 14_400_000,
        max_concurrency: 16,
      },
    }),
  });
  front.on("request", (request, response) => rest.emit("request", request, response));
  const missing = Array.from({ length: options.outageGuilds ?? 0 }, () => world.nextId());
  const inside = (shard: number, count: number) =>
    [...world.guilds.values()].filter((one) => one.botInside && shardOf(one.id, count) === shard);
  const gateway = createGateway({
    world,
    server: front,
    shards,
    heartbeatMs: options.heartbeatMs ?? 41_250,
    allowedIntents: options.allowedIntents ?? 0,
    address: () => `ws://${address()}`,
    readyGuilds: (shard, count) => [
      ...inside(shard, count).map((one) => one.id),
      ...missing.filter((id) => shardOf(id, count) === shard),
    ],
    guildCreates: (shard, count) =>
      inside(shard, count).map((one) => ({
        t: "GUILD_CREATE",
        d: guildPayload(world, one),
        guildId: one.id,
        intents: 1,
      })),
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const must = <T>(found: T | undefined, what: string): T => {
    if (found === undefined) throw new Error(`the emulator knows no such ${what}`);
    return found;
  };
  return {
    apiUrl: `http://${address()}/api`,
    token: world.token,
    clock,
    world,
    gateway,
    people: createPeople(world, gateway),
    requests,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    messages: (channelId) =>
      [...world.messages.values()].filter(
        (one) => !one.deleted && (!channelId || one.channelId === channelId),
      ),
    message: (id) => must(world.messages.get(id), "message"),
    interaction: (id) => must(world.interactions.get(id), "interaction"),
    tooMany: () => requests.filter((one) => one.status === 429),
    close: () =>
      new Promise((resolve) => {
        gateway.stop();
        front.close(() => resolve());
        front.closeAllConnections();
      }),
  };
}
