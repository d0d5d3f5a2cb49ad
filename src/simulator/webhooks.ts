import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { Json } from "../core/model.ts";
import { createStop, underSignals } from "../core/signals.ts";

/** One try to deliver a webhook, for inspection. */
export interface WebhookTry {
  readonly requestId: string;
  /** From 1. */
  readonly attempt: number;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Epoch ms. */
  readonly at: number;
}

export interface Webhooks {
  /** Delivers in the background, with retries on anything but 2xx. */
  send(url: string, requestId: string, body: Json): void;
  tries(): readonly WebhookTry[];
  /** The public key, as fal serves it at `/.well-known/jwks.json`. */
  keySet(): Json;
  /** Gives up what is still to be delivered. */
  stop(): Promise<void>;
}

/** fal's first-attempt timeout. */
const TIMEOUT_MS = 15_000;
const USER_ID = "simulated-user";

/** fal's webhooks, signed with a key pair of this run. A 3xx is final, as at fal; loopback targets are allowed, unlike at fal. */
export function createWebhooks(parts: {
  readonly clock: Clock;
  readonly retryMs: readonly number[];
}): Webhooks {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const stopping = createStop();
  const underWay = new Set<Promise<void>>();
  const tries: WebhookTry[] = [];

  async function post(url: string, requestId: string, body: string): Promise<number | null> {
    const timestamp = String(Math.floor(parts.clock.now() / 1000));
    const digest = createHash("sha256").update(body).digest("hex");
    const message = [requestId, USER_ID, timestamp, digest].join("\n");
    try {
      const headers = {
        "content-type": "application/json",
        "x-fal-webhook-request-id": requestId,
        "x-fal-webhook-user-id": USER_ID,
        "x-fal-webhook-timestamp": timestamp,
        "x-fal-webhook-signature": sign(null, Buffer.from(message), privateKey).toString("hex"),
      };
      return await underSignals([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)], async (signal) => {
        const response = await fetch(url, { method: "POST", redirect: "manual", headers, body, signal });
        await response.arrayBuffer();
        return response.status;
      });
    } catch {
      return null;
    }
  }

  async function deliver(url: string, requestId: string, body: Json): Promise<void> {
    const text = JSON.stringify(body);
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      const status = await post(url, requestId, text);
      tries.push({ requestId, attempt, status, at: parts.clock.now() });
      if (status !== null && status >= 200 && status < 400) return;
      const waitMs = parts.retryMs[attempt - 1];
      if (waitMs === undefined) return;
      await parts.clock.sleep(waitMs, stopping.signal).catch(() => {});
    }
  }

  return {
    send: (url, requestId, body) => {
      const delivery = deliver(url, requestId, body).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },
    tries: () => [...tries],
    keySet: () => {
      const { x } = publicKey.export({ format: "jwk" });
      return {
        keys: [{ kty: "OKP", crv: "Ed25519", x: x ?? "", kid: "simulator", use: "sig", alg: "EdDSA" }],
      };
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}
