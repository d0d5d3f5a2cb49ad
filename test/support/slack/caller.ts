import { type Fields, isFields } from "./fields.ts";
import { BOT_TOKEN } from "./state.ts";

export interface RawAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Fields;
}

/** Bare calls of the Web API, as no SDK would make them. */
export interface Caller {
  call(method: string, args?: Readonly<Record<string, unknown>>, token?: string): Promise<RawAnswer>;
  /** Slack's word for its refusal; undefined: it did what was asked. */
  refusal(method: string, args?: Readonly<Record<string, unknown>>, token?: string): Promise<unknown>;
}

export function createCaller(apiUrl: () => string): Caller {
  const call: Caller["call"] = async (method, args = {}, token = BOT_TOKEN) => {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(args)) {
      body.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    const headers = { authorization: `Bearer ${token}`, connection: "close" };
    const response = await fetch(`${apiUrl()}${method}`, { method: "POST", headers, body });
    const json: unknown = await response.json();
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: isFields(json) ? json : {},
    };
  };
  return { call, refusal: async (...asked) => (await call(...asked)).body["error"] };
}
