import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openHome, type Product, type ProductHome } from "../support/product.ts";

// Several processes start at once on whatever the machine has.
vi.setConfig({ testTimeout: 180_000 });

const TOKEN = "0123456789abcdef";

let home: ProductHome;
beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

/** One request with whatever headers, as a page elsewhere or another program may send it. */
function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<{
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("a start that cannot be", () => {
  /** What the owner reads, line by line. */
  async function refusal(environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const product = home.start(environment);
    expect(await product.exited).toMatchObject({ code: 1, signal: null });
    return product.stderr().trimEnd().split("\n");
  }

  it("is refused with one sentence for each problem, and no stack", async () => {
    const lines = await refusal({
      PORT: "70000",
      FAL_CONCURRENCY: "many",
      FAL_KEY_ID: "id-alone",
      LOG_LEVEL: "loud",
      SIMULATOR_SECONDS: "9-1",
      DATABASE_URL: "mysql://localhost",
    });
    const named = lines.map((line) => line.split(":")[0]);
    expect(named.slice(0, -1).toSorted()).toEqual([
      "DATABASE_URL",
      "FAL_CONCURRENCY",
      "FAL_KEY_ID and FAL_KEY_SECRET",
      "LOG_LEVEL",
      "PORT",
      "SIMULATOR_SECONDS",
    ]);
    expect(lines.at(-1)).toBe("Mend these variables in .env or the environment.");
  });

  it("never shows a value that may be a secret", async () => {
    const lines = await refusal({ SLACK_BOT_TOKEN: "not-a-token-but-secret", WEB_TOKEN: "short-secret" });
    expect(lines.join("\n")).not.toContain("secret");
    expect(lines).toHaveLength(4);
  });

  it("is refused where other machines could come in without a token", async () => {
    expect(await refusal({ HOST: "0.0.0.0" })).toEqual([
      "WEB_TOKEN: set it, because HOST lets other machines in; or set HOST to 127.0.0.1.",
      "Mend these variables in .env or the environment.",
    ]);
  });

  it("is refused when the port is taken, and leaves the database free", async () => {
    const other = await openHome();
    const first = other.start();
    const { port } = new URL(await first.ready);
    expect(await refusal({ PORT: port })).toEqual([
      `Port ${port} is in use.`,
      "Set PORT to another number, or 0 for any free one.",
    ]);
    await other.close();
    const next = home.start({ PORT: port });
    await next.ready;
    expect(await next.stop()).toMatchObject({ code: 0 });
  });
});

describe("the playground on this machine", () => {
  let url: string;
  beforeAll(async () => {
    url = await home.start().ready;
  });
  const state = () => `${url}/api/state?user=ada`;
  const host = () => new URL(url).host;

  it.each(["127.0.0.1", "localhost", "[::1]"])("is open under the name %s", async (name) => {
    const named = `${name}:${new URL(url).port}`;
    expect((await ask(state(), { host: named })).status).toBe(200);
  });

  it("is closed under any other name, which a page elsewhere may have given this machine", async () => {
    const answer = await ask(state(), { host: "rebound.example" });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual({
      error: "Open this page as http://127.0.0.1 or http://localhost.",
    });
    expect((await ask(`${url}/metrics`, { host: "rebound.example" })).status).toBe(403);
    expect((await ask(`${url}/healthz`, { host: "rebound.example" })).status).toBe(200);
  });

  it.each(["http://elsewhere.example", "null", "http://127.0.0.1:1"])(
    "takes nothing from a page of %s",
    async (origin) => {
      const answer = await ask(
        `${url}/api/command`,
        { host: host(), origin, "content-type": "application/json" },
        "POST",
      );
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toEqual({ error: "Requests from other sites are not taken." });
    },
  );

  it("keeps the dashboard closed until it has a secret, and says how to set one", async () => {
    const answer = await ask(`${url}/admin`, { accept: "text/html" });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("Set WEB_TOKEN");
  });

  it("may be opened by a link from elsewhere, but not read from there", async () => {
    const from = (mode: string) => ({ host: host(), "sec-fetch-site": "cross-site", "sec-fetch-mode": mode });
    expect((await ask(`${url}/`, from("navigate"))).status).toBe(200);
    expect((await ask(state(), from("cors"))).status).toBe(403);
    expect((await ask(state())).headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("the playground open to other machines", () => {
  let url: string;
  let product: Product;
  beforeAll(async () => {
    product = home.start({
      HOST: "0.0.0.0",
      WEB_TOKEN: TOKEN,
      DATABASE_URL: "sqlite:./other.sqlite",
      DATA_DIRECTORY: "./other",
    });
    url = `http://127.0.0.1:${new URL(await product.ready).port}`;
  });

  it("asks for the token everywhere but for health", async () => {
    for (const path of ["/", "/api/state?user=ada", "/metrics", "/main.js", "/admin", "/admin/data"]) {
      expect((await ask(`${url}${path}`)).status, path).toBe(401);
    }
    expect((await ask(`${url}/?token=wrong`)).status).toBe(401);
    expect((await ask(`${url}/healthz`)).status).toBe(200);
  });

  it("takes it once in the address and then keeps it in a cookie", async () => {
    const first = await ask(`${url}/?token=${TOKEN}`);
    expect(first.status).toBe(302);
    expect(first.headers["location"]).toBe("/");
    const cookie = String(first.headers["set-cookie"]);
    expect(cookie).toContain("HttpOnly; SameSite=Strict");
    expect((await ask(`${url}/`, { cookie: cookie.split(";")[0] ?? "" })).status).toBe(200);
  });

  it("takes it in a header, for programs", async () => {
    expect((await ask(`${url}/metrics`, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await ask(`${url}/metrics`, { authorization: "Bearer wrong" })).status).toBe(401);
  });

  it("has a dashboard that knows what goes on, and the log says where", async () => {
    const [, address = ""] = await product.logged(/"msg":"Dashboard: (http[^"]+)"/);
    expect(new URL(address).pathname).toBe("/admin");
    expect(product.stdout()).not.toContain(TOKEN);
    const authorization = `Bearer ${TOKEN}`;
    for (const file of ["", "main.js", "chart.umd.min.js"])
      expect((await ask(`${url}/admin/${file}`, { authorization })).status, file).toBe(200);
    const { body } = await ask(`${url}/admin/data`, { authorization });
    expect(JSON.parse(body)).toMatchObject({
      line: { waiting: 0, running: 0, atOnce: 2, isPaused: false },
      platforms: [{ name: "playground", isConnected: true }],
      money: { bot: { day: { microUsd: 0, ceiling: null } } },
      history: { jobs: 0 },
    });
  });
});
