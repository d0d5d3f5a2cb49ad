import type { WireAnswer, WireChange } from "./wire.ts";

/** The server's refusal of a request, as a sentence for the person. */
export class Refused extends Error {}

/** Sends what a person did. Resolves once the bot has acknowledged it. @throws Refused */
export async function send(deed: string, user: string, body: object): Promise<WireAnswer> {
  // The same id on a repeat makes the repeat harmless, so a lost connection may be tried again once.
  const payload = JSON.stringify({ user, deliveryId: deliveryId(), ...body });
  const post = () =>
    fetch(`api/${deed}`, { method: "POST", headers: { "content-type": "application/json" }, body: payload });
  const response = await post()
    .catch(post)
    .catch(() => {
      throw new Refused("The playground cannot be reached. Is the bot still running?");
    });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? "The playground could not do that.");
  return answer;
}

function deliveryId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  // Only secure origins have randomUUID; a playground behind plain HTTP still has random values.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export interface StreamHandlers {
  onChange(change: WireChange): void;
  onConnection(state: "open" | "lost"): void;
}

/** Follows what a person sees, reconnecting for ever; each connection begins with the whole state. */
export function follow(user: string, handlers: StreamHandlers): () => void {
  const retryMs = 2000;
  let source: EventSource | null = null;
  let timer = 0;

  const connect = () => {
    source = new EventSource(`api/events?user=${encodeURIComponent(user)}`);
    source.onopen = () => handlers.onConnection("open");
    source.onmessage = (event) => handlers.onChange(JSON.parse(event.data));
    source.onerror = () => {
      handlers.onConnection("lost");
      // A refusal (503 while the bot restarts) ends an EventSource for good; a broken line it mends by itself.
      if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, retryMs);
    };
  };
  connect();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
