import { describe, expect, it } from "vitest";
import { createGuard, type GuardedRequest } from "../../src/web/guard.ts";

const TOKEN = "a-token-of-some-length";
const request = (
  headers: GuardedRequest["headers"] = {},
  rest: Partial<GuardedRequest> = {},
): GuardedRequest => ({
  method: "GET",
  headers: { host: "127.0.0.1:3000", ...headers },
  queryToken: null,
  ...rest,
});

describe("on this machine alone", () => {
  const guard = createGuard({ loopback: true, token: null });

  it("lets the page in under its local names", () => {
    for (const host of ["127.0.0.1:3000", "localhost:3000", "[::1]:3000", "localhost"])
      expect(guard("local", request({ host })).pass).toBe(true);
  });

  it("refuses another name, as a page elsewhere would use by DNS rebinding", () => {
    for (const host of ["evil.example:3000", "127.0.0.1.evil.example", undefined])
      expect(guard("local", { ...request(), headers: host === undefined ? {} : { host } })).toMatchObject({
        status: 403,
      });
  });

  it("refuses requests that come from another site", () => {
    expect(guard("local", request({ origin: "https://evil.example" }, { method: "POST" }))).toMatchObject({
      status: 403,
    });
    expect(guard("local", request({ origin: "null" }, { method: "POST" })).pass).toBe(false);
    expect(
      guard("local", request({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).pass,
    ).toBe(false);
    expect(
      guard("local", request({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).pass,
    ).toBe(true);
    expect(guard("local", request({ origin: "http://127.0.0.1:3000" }, { method: "POST" })).pass).toBe(true);
  });

  it("never lets anybody into token routes while there is no token", () => {
    for (const queryToken of ["", "null", null])
      expect(guard("token", request({}, { queryToken }))).toMatchObject({
        status: 403,
        sentence: expect.stringContaining("WEB_TOKEN"),
      });
  });

  it("leaves health and signed routes to themselves", () => {
    expect(guard("open", request({ host: "bot.example" })).pass).toBe(true);
    expect(guard("signed", request({ host: "bot.example", origin: "https://slack.com" })).pass).toBe(true);
  });
});

describe("where other machines can reach it", () => {
  const guard = createGuard({ loopback: false, token: TOKEN });
  const host = "bot.example";

  it("wants the token, from the address, a header or the cookie", () => {
    expect(guard("local", request({ host }))).toMatchObject({ status: 401 });
    expect(guard("local", request({ host }, { queryToken: TOKEN })).pass).toBe(true);
    expect(guard("local", request({ host, authorization: `Bearer ${TOKEN}` })).pass).toBe(true);
    expect(guard("local", request({ host, cookie: `a=b; imagine_token=${TOKEN}` })).pass).toBe(true);
    expect(guard("token", request({ host, cookie: `imagine_token=${TOKEN}` })).pass).toBe(true);
  });

  it("refuses a wrong one", () => {
    expect(guard("local", request({ host }, { queryToken: `${TOKEN}x` })).pass).toBe(false);
    expect(guard("local", request({ host, cookie: "imagine_token=%E0%A4%A" })).pass).toBe(false);
    expect(guard("local", request({ host, authorization: TOKEN })).pass).toBe(false);
  });

  it("refuses other sites even with the cookie", () => {
    const cookie = `imagine_token=${TOKEN}`;
    expect(
      guard("local", request({ host, cookie, origin: "https://evil.example" }, { method: "POST" })).pass,
    ).toBe(false);
    expect(
      guard("local", request({ host, cookie, origin: "https://bot.example" }, { method: "POST" })).pass,
    ).toBe(true);
  });
});
