import { createHash, createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { call, runSimulator, submit } from "./support.ts";

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe("webhooks", () => {
  test("carry the output and a signature that the published key confirms", async () => {
    const { simulator, url } = await runSimulator();
    const { target, deliveries } = await receiver([200]);
    const id = await submit(url, { prompt: "a" }, `?fal_webhook=${encodeURIComponent(target)}`);
    simulator.finish(id);
    await eventually(() => expect(deliveries).toHaveLength(1));
    const [delivery] = deliveries;
    if (delivery === undefined) throw new Error("nothing came");
    const { body } = await call(`${url}/.well-known/jwks.json`);
    const [key] = (body as { keys: { x: string }[] }).keys;

    expect(JSON.parse(delivery.body.toString())).toEqual({
      request_id: id,
      gateway_request_id: id,
      status: "OK",
      payload: { images: [expect.objectContaining({ url: expect.stringContaining(url) })] },
      error: null,
    });
    expect(isSigned(delivery, key?.x ?? "")).toBe(true);
    expect(isSigned({ ...delivery, body: Buffer.from("{}") }, key?.x ?? "")).toBe(false);
  });

  test("tell a failure with its HTTP status and body", async () => {
    const { simulator, url } = await runSimulator();
    const { target, deliveries } = await receiver([200]);
    const id = await submit(
      url,
      { prompt: "[sim:content_policy_violation]" },
      `?fal_webhook=${encodeURIComponent(target)}`,
    );
    simulator.finish(id);
    await eventually(() => expect(deliveries).toHaveLength(1));

    expect(JSON.parse(String(deliveries[0]?.body))).toMatchObject({
      status: "ERROR",
      error: "Invalid status code: 422",
      payload: { detail: [{ type: "content_policy_violation" }] },
    });
  });

  test("are tried again until a 2xx", async () => {
    const { simulator, url } = await runSimulator({ webhookRetryMs: [1, 1, 1, 1] });
    const { target } = await receiver([500, 404, 204]);
    const id = await submit(url, { prompt: "a" }, `?fal_webhook=${encodeURIComponent(target)}`);
    simulator.finish(id);

    await eventually(() => expect(simulator.webhooks()).toHaveLength(3));

    expect(simulator.webhooks().map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 404],
      [3, 204],
    ]);
  });
});

function isSigned({ headers, body }: Delivery, x: string): boolean {
  const digest = createHash("sha256").update(body).digest("hex");
  const message = ["request-id", "user-id", "timestamp"].map((name) => headers[`x-fal-webhook-${name}`]);
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signature = Buffer.from(String(headers["x-fal-webhook-signature"]), "hex");
  return verify(null, Buffer.from([...message, digest].join("\n")), key, signature);
}

/** A server that answers with the given statuses in turn. */
async function receiver(
  statuses: readonly number[],
): Promise<{ readonly target: string; readonly deliveries: readonly Delivery[] }> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    deliveries.push({ headers: request.headers, body: await buffer(request) });
    response.writeHead(statuses[deliveries.length - 1] ?? 200).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { target: `http://127.0.0.1:${port}/hook`, deliveries };
}
