import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { refuseIdentify } from "./identify.ts";
import type { World } from "./world.ts";

/** One event as it goes to one shard. */
export interface Dispatch {
  readonly t: string;
  readonly d: unknown;
  /** Whose shard; null: shard 0 (private conversations). */
  readonly guildId: string | null;
  /** Intents of which one must be asked for; 0: always sent. */
  readonly intents: number;
}

interface Session {
  readonly id: string;
  readonly shard: number;
  readonly shardCount: number;
  readonly intents: number;
  seq: number;
  /** What was sent, for replay. */
  readonly sent: { readonly seq: number; readonly text: string }[];
  socket: WebSocket | null;
  resumable: boolean;
}

export interface GatewayOptions {
  readonly world: World;
  readonly server: Server;
  readonly heartbeatMs: number;
  readonly shards: number;
  readonly allowedIntents: number;
  /** What comes right after READY: GUILD_CREATE of each guild. */
  guildCreates(shard: number, shardCount: number): readonly Dispatch[];
  readyGuilds(shard: number, shardCount: number): readonly string[];
  address(): string;
}

const frame = z.looseObject({ op: z.int(), d: z.unknown() });
const resumeShape = z.looseObject({ token: z.string(), session_id: z.string(), seq: z.int() });

export function shardOf(guildId: string | null, shardCount: number): number {
  return guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}

/** The gateway half: hello, identify, heartbeat, dispatch, resume. Source: topics/gateway, gateway-events. */
export function createGateway(options: GatewayOptions) {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const stats = { identifies: 0, resumes: 0, closes: [] as number[], heartbeats: 0, connections: 0 };
  const mood = { ignoreHeartbeats: false, closeNextWith: null as number | null, rejectConnections: false };
  options.server.on("upgrade", (request, socket, head) => {
    if (mood.rejectConnections) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ws) => greet(ws));
  });

  function greet(ws: WebSocket): void {
    stats.connections += 1;
    let session: Session | null = null;
    ws.send(JSON.stringify({ op: 10, d: { heartbeat_interval: options.heartbeatMs }, s: null, t: null }));
    ws.on("close", (code) => {
      stats.closes.push(code);
      if (!session || session.socket !== ws) return;
      session.socket = null;
      // A client that closes with 1000 or 1001 ends its session.
      if (code === 1000 || code === 1001) session.resumable = false;
    });
    ws.on("message", (raw) => {
      const text = raw.toString();
      if (Buffer.byteLength(text) > 4096) return ws.close(4002, "Payload too large");
      const parsed = frame.safeParse(safeJson(text));
      if (!parsed.success) return ws.close(4002, "Decode error");
      session = receive(ws, session, parsed.data);
    });
  }

  function receive(ws: WebSocket, session: Session | null, { op, d }: z.infer<typeof frame>): Session | null {
    switch (op) {
      case 1:
        stats.heartbeats += 1;
        if (!mood.ignoreHeartbeats) ws.send(JSON.stringify({ op: 11, d: null, s: null, t: null }));
        return session;
      case 2:
        if (session) ws.close(4005, "Already authenticated");
        return session ?? identify(ws, d);
      case 3:
        if (!session) ws.close(4003, "Not authenticated");
        return session;
      case 6:
        return resume(ws, d);
      default:
        ws.close(session ? 4001 : 4003, "Unknown opcode");
        return session;
    }
  }

  function identify(ws: WebSocket, d: unknown): Session | null {
    stats.identifies += 1;
    const refusal = mood.closeNextWith ?? refuseIdentify(d, options);
    mood.closeNextWith = null;
    if (typeof refusal === "number") {
      ws.close(refusal);
      return null;
    }
    const [shard, shardCount] = refusal.shard;
    const session: Session = {
      id: options.world.nextId(),
      shard,
      shardCount,
      intents: refusal.intents,
      seq: 0,
      sent: [],
      socket: ws,
      resumable: true,
    };
    sessions.set(session.id, session);
    push(session, "READY", {
      v: 10,
      user: { id: options.world.bot.id, username: "imagine", discriminator: "0", avatar: null, bot: true },
      guilds: options.readyGuilds(shard, shardCount).map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: options.address(),
      session_type: "normal",
      shard: [shard, shardCount],
      application: { id: options.world.applicationId, flags: 0 },
    });
    for (const one of options.guildCreates(shard, shardCount)) push(session, one.t, one.d);
    return session;
  }

  function resume(ws: WebSocket, d: unknown): Session | null {
    stats.resumes += 1;
    const wish = resumeShape.safeParse(d).data;
    const session = sessions.get(wish?.session_id ?? "");
    if (!wish || wish.token !== options.world.token || !session?.resumable || session.socket !== null) {
      ws.send(JSON.stringify({ op: 9, d: false, s: null, t: null }));
      return null;
    }
    session.socket = ws;
    for (const one of session.sent.filter((each) => each.seq > wish.seq)) ws.send(one.text);
    push(session, "RESUMED", {});
    return session;
  }

  function push(session: Session, t: string, d: unknown): void {
    session.seq += 1;
    const text = JSON.stringify({ op: 0, t, s: session.seq, d });
    session.sent.push({ seq: session.seq, text });
    if (session.sent.length > 2000) session.sent.shift();
    session.socket?.send(text);
  }

  const live = () => [...sessions.values()].filter((one) => one.resumable);
  const open = () => live().flatMap((one) => (one.socket === null ? [] : [one.socket]));

  return {
    stats,
    mood,
    /** Sends an event to its shard, or keeps it for the resume. */
    dispatch(event: Dispatch): void {
      for (const session of live()) {
        if (shardOf(event.guildId, session.shardCount) !== session.shard) continue;
        if (event.intents !== 0 && !(session.intents & event.intents)) continue;
        push(session, event.t, event.d);
      }
    },
    intents: () => live().map((one) => one.intents),
    connections: () => open().length,
    /** Op 7: please reconnect. */
    askToReconnect: () => {
      for (const socket of open()) socket.send(JSON.stringify({ op: 7, d: null, s: null, t: null }));
    },
    /** Closes every connection with a code; 4007 and 4009 end the session (topics/opcodes-and-status-codes). */
    closeAll: (code: number) => {
      for (const session of live()) {
        if (code === 4007 || code === 4009) session.resumable = false;
        session.socket?.close(code);
      }
    },
    /** Cuts every connection without a goodbye. */
    drop: () => {
      for (const socket of open()) socket.terminate();
    },
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

export type Gateway = ReturnType<typeof createGateway>;

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
