import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type Fields, isFields, parseJson, str } from "./fields.ts";
import { APP } from "./state.ts";

const MOST_CONNECTIONS = 10;

/** How a connection behaves when it is told to go, and how it begins. */
export interface LinkManners {
  /** `says-nothing` never sends hello. */
  hello: "at-once" | "says-nothing";
  /** `keeps-open` never closes the TCP connection after the closing handshake, as Slack was seen to do. */
  closing: "answers" | "keeps-open";
}

/** The Socket Mode side: tickets, connections, envelopes. */
export interface SocketLink {
  readonly manners: LinkManners;
  issueTicket(origin: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Connections that get envelopes now. */
  connected(): number;
  /** Every connection that is still open, those told to go included. */
  open(): number;
  /** Sends one envelope to one of the connections. False: there is none. */
  send(envelope: Fields, onAck: (payload: Fields) => void): boolean;
  /** Tells the oldest connection to go, as Slack does every few hours. */
  refresh(reason: "warning" | "refresh_requested"): void;
  /** Cuts the connections without a word: all, or the oldest only. */
  drop(which: "all" | "oldest"): void;
  close(): void;
}

export function createSocketLink(): SocketLink {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const active: WebSocket[] = [];
  const sockets = new Map<WebSocket, Duplex>();
  const waiting = new Map<string, (payload: Fields) => void>();
  const manners: LinkManners = { hello: "at-once", closing: "answers" };
  let turn = 0;
  let count = 0;

  const forget = (ws: WebSocket): void => {
    const index = active.indexOf(ws);
    if (index >= 0) active.splice(index, 1);
  };

  function welcome(ws: WebSocket, socket: Duplex): void {
    sockets.set(ws, socket);
    ws.on("error", () => undefined);
    ws.on("close", () => {
      forget(ws);
      sockets.delete(ws);
    });
    ws.on("message", (data) => {
      const message = parseJson(String(data));
      if (!isFields(message)) return;
      const id = str(message, "envelope_id");
      const onAck = waiting.get(id);
      waiting.delete(id);
      onAck?.(isFields(message["payload"]) ? message["payload"] : {});
    });
    if (manners.hello === "says-nothing") return;
    active.push(ws);
    const hello = {
      type: "hello",
      num_connections: active.length,
      connection_info: { app_id: APP },
      debug_info: { host: "applink-1", build_number: 1, approximate_connection_time: 18_060 },
    };
    ws.send(JSON.stringify(hello));
  }

  return {
    manners,
    issueTicket(origin) {
      count += 1;
      const ticket = `ticket-${count}`;
      tickets.add(ticket);
      return `${origin.replace("http", "ws")}/link?ticket=${ticket}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "/", "http://localhost").searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket) || active.length >= MOST_CONNECTIONS) {
        socket.end("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, (ws) => welcome(ws, socket));
    },
    connected: () => active.length,
    open: () => sockets.size,
    send(envelope, onAck) {
      turn += 1;
      const ws = active[turn % Math.max(1, active.length)];
      if (ws === undefined) return false;
      waiting.set(str(envelope, "envelope_id"), onAck);
      ws.send(JSON.stringify(envelope));
      return true;
    },
    refresh(reason) {
      const ws = active[0];
      if (ws === undefined) return;
      forget(ws);
      // The closing handshake is answered, but the connection under it stays open.
      const socket = sockets.get(ws);
      if (manners.closing === "keeps-open" && socket !== undefined) {
        Object.assign(socket, { end: () => (socket.readableEnded ? socket.destroy() : socket) });
      }
      ws.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "applink-1" } }));
    },
    drop(which) {
      const doomed = which === "all" ? [...sockets.keys()] : active.slice(0, 1);
      for (const ws of doomed) {
        forget(ws);
        sockets.get(ws)?.destroy();
      }
    },
    close() {
      for (const ws of sockets.keys()) ws.terminate();
      server.close();
    },
  };
}
