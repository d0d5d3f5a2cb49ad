import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { APP, call, MODEL, requestById, runSimulator, submit } from "./support.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";

describe("fal's rules on the wire", () => {
  test("a submit is answered with addresses of owner and app only, under the host that was asked", async () => {
    const { url } = await runSimulator();

    const { status, body } = await call(`${url}/${MODEL}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt: "a" }),
    });

    const id = (body as { request_id: string }).request_id;
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "IN_QUEUE",
      request_id: id,
      response_url: `${url}/${APP}/requests/${id}`,
      status_url: `${url}/${APP}/requests/${id}/status`,
      cancel_url: `${url}/${APP}/requests/${id}/cancel`,
      logs: null,
      metrics: {},
      queue_position: 0,
    });
  });

  test("a status is 202 until COMPLETED, then 200", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });

    expect((await call(`${url}/${APP}/requests/${id}/status`)).status).toBe(202);
    simulator.finish(id);
    expect((await call(`${url}/${APP}/requests/${id}/status`)).status).toBe(200);
    expect(simulator.statusCalls(id)).toBe(2);
  });

  test("a result asked for too early is 400", async () => {
    const { url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });

    expect(await call(`${url}/${APP}/requests/${id}`)).toMatchObject({
      status: 400,
      body: { detail: "Request is still in progress" },
    });
  });

  test("a result is there under every form of its address, with request id and billed units", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "a" });
    simulator.finish(id);

    for (const form of [
      `${APP}/requests/${id}`,
      `${APP}/requests/${id}/response`,
      `${MODEL}/requests/${id}`,
    ]) {
      const { status, headers } = await call(`${url}/${form}`);
      expect(status).toBe(200);
      expect(headers.get("x-fal-request-id")).toBe(id);
      expect(headers.get("x-fal-billable-units")).toBe("1");
      expect(headers.get("content-type")).toBe("application/json");
    }
  });

  test("an unknown request is 404 for every call", async () => {
    const { url } = await runSimulator();
    const base = `${url}/${APP}/requests/${UNKNOWN}`;

    for (const [path, method] of [
      ["/status", "GET"],
      ["/status/stream", "GET"],
      ["", "GET"],
      ["/cancel", "PUT"],
    ] as const) {
      expect(await call(base + path, { method })).toMatchObject({
        status: 404,
        body: { status: "NOT_FOUND" },
      });
    }
  });

  test("a JSON content type without a body is no reason to refuse", async () => {
    const { simulator, url } = await runSimulator({ concurrency: 0 });
    const id = await submit(url, { prompt: "a" });
    const headers = { "content-type": "application/json" };

    expect((await call(`${url}/${APP}/requests/${id}/status`, { headers })).status).toBe(202);
    const cancelled = await call(`${url}/${APP}/requests/${id}/cancel`, { method: "PUT", headers });
    expect(cancelled.status).toBe(202);
    expect(requestById(simulator, id).cancelled).toBe(true);
  });

  test("other methods are refused", async () => {
    const { url } = await runSimulator();
    const id = await submit(url, { prompt: "a" });

    expect((await call(`${url}/${APP}/requests/${id}/cancel`)).status).toBe(405);
    expect((await call(`${url}/${MODEL}`)).status).toBe(405);
  });

  test("an application that does not exist is named in the 404", async () => {
    const { url } = await runSimulator({ applications: ["other/app"] });

    const notFound = { status: 404, body: { detail: 'Application "imagineart-1.5-pro-preview" not found' } };
    expect(await call(`${url}/${MODEL}`, { method: "POST", body: "{}" })).toMatchObject(notFound);
    expect(await call(`${url}/${APP}/requests/${UNKNOWN}/status`)).toMatchObject(notFound);
  });

  test("a queue longer than the caller allows is 429", async () => {
    const { url } = await runSimulator({ concurrency: 0 });
    await submit(url, { prompt: "a" });

    const full = await call(`${url}/${MODEL}?fal_max_queue_length=1`, { method: "POST", body: "{}" });

    expect(full.status).toBe(429);
  });

  test.each([
    [{}, "missing", ["body", "prompt"]],
    [{ prompt: 7 }, "string_type", ["body", "prompt"]],
    [{ prompt: "a", seed: "x" }, "int_parsing", ["body", "seed"]],
    [{ prompt: "a", seed: 1.5 }, "int_from_float", ["body", "seed"]],
    [{ prompt: "a", seed: true }, "int_type", ["body", "seed"]],
    [{ prompt: "a", aspect_ratio: "21:9" }, "literal_error", ["body", "aspect_ratio"]],
    [["a"], "model_attributes_type", ["body"]],
  ])("%j is accepted and fails with 422 %s", async (input, type, loc) => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, input);
    simulator.finish(id);

    const result = await call(`${url}/${APP}/requests/${id}`);

    expect(result).toMatchObject({ status: 422, body: { detail: [{ type, loc }] } });
    expect(result.headers.get("x-fal-billable-units")).toBe("0");
    expect((await call(`${url}/${APP}/requests/${id}/status`)).body).toMatchObject({
      status: "COMPLETED",
      error_type: type,
    });
  });

  test("a key is needed in its two parts where keys are set", async () => {
    const { url } = await runSimulator({ keys: ["id:secret"] });
    const status = `${url}/${APP}/requests/${UNKNOWN}/status`;

    for (const authorization of ["", "Bearer id:secret", "Key id"]) {
      expect(await call(status, { headers: { authorization } })).toMatchObject({
        status: 401,
        body: { detail: expect.stringContaining("Invalid Key Authorization header format") },
      });
    }
    expect((await call(status, { headers: { authorization: "Key id:secret" } })).status).toBe(404);
  });

  test("a picture is public, whole, and of the announced size", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "a", aspect_ratio: "3:1" });
    simulator.finish(id);
    const { body } = await call(`${url}/${APP}/requests/${id}`);
    const [image] = (body as { images: { url: string; width: number; height: number }[] }).images;

    const response = await fetch(image?.url ?? "");
    const bytes = Buffer.from(await response.arrayBuffer());

    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([image?.width, image?.height]);
    expect(simulator.violations()).toEqual([]);
  });

  test("a picture painted ahead is the same as one painted on download", async () => {
    const pictures = [];
    for (const paint of ["ahead", "on-download"] as const) {
      const { simulator, url } = await runSimulator({ paint });
      const id = await submit(url, { prompt: "a fox", seed: 5 });
      simulator.finish(id);
      const { body } = await call(`${url}/${APP}/requests/${id}`);
      const [image] = (body as { images: { url: string }[] }).images;
      pictures.push(Buffer.from(await (await fetch(image?.url ?? "")).arrayBuffer()));
    }

    expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(true);
  });

  test("a key sent along with a download is noticed", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "a" });
    simulator.finish(id);
    const { body } = await call(`${url}/${APP}/requests/${id}`);
    const [image] = (body as { images: { url: string }[] }).images;

    await fetch(image?.url ?? "", { headers: { authorization: "Key id:secret" } });

    expect(simulator.violations()).toHaveLength(1);
  });

  test("prices and webhook addresses are told as at the platform API", async () => {
    const { url } = await runSimulator();

    expect((await call(`${url}/v1/models/pricing?endpoint_id=${MODEL},x/y`)).body).toMatchObject({
      prices: [
        { endpoint_id: MODEL, unit_price: 0.045, unit: "image", currency: "USD" },
        { endpoint_id: "x/y" },
      ],
    });
    expect((await call(`${url}/v1/models/pricing`)).status).toBe(400);
    expect((await call(`${url}/v1/meta`)).body).toHaveProperty("webhook_ip_ranges");
  });

  test("prices are told of endpoints that exist, to callers whose key is known", async () => {
    const { url } = await runSimulator({ keys: ["a:b"], applications: [APP] });
    const ask = (endpoints: string, key = "a:b") =>
      call(`${url}/v1/models/pricing?endpoint_id=${endpoints}`, { headers: { authorization: `Key ${key}` } });

    expect((await ask(`${MODEL},x/y`)).body).toMatchObject({ prices: [{ endpoint_id: MODEL }] });
    expect(await ask("x/y")).toMatchObject({ status: 404, body: { error: { type: "not_found" } } });
    expect(await ask(MODEL, "a:c")).toMatchObject({ status: 401 });
  });

  test("stopping cuts open streams and answers that never come", async () => {
    const { simulator, url } = await runSimulator();
    const id = await submit(url, { prompt: "[sim:stuck]" });
    simulator.fault({ on: "result", kind: "hang" });
    const hanging = fetch(`${url}/${APP}/requests/${id}`).catch((error: unknown) => error);
    const stream = await fetch(`${url}/${APP}/requests/${id}/status/stream`);
    const reading = stream.text().catch((error: unknown) => error);
    await eventually(() => expect(requestById(simulator, id).calls.result).toBe(1));

    await simulator.stop();

    expect(await hanging).toBeInstanceOf(Error);
    expect(await reading).toBeInstanceOf(Error);
  });
});
