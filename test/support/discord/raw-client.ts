import type { DiscordEmulator } from "./emulator.ts";

export interface RawAnswer {
  readonly status: number;
  /** Discord's error code; null on success or without a body. */
  readonly code: number | null;
  readonly json: Record<string, unknown>;
  readonly headers: Headers;
}

/** Requests as a careless client would send them: no retries, no checks. */
export function rawClient(discord: DiscordEmulator) {
  async function request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const response = await fetch(`${discord.apiUrl}/v10${path}`, {
      method,
      headers: {
        "user-agent": "DiscordBot (https://example.test, 1.0)",
        authorization: `Bot ${discord.token}`,
        ...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: response.status, code: json.code ?? null, json, headers: response.headers };
  }
  return {
    request,
    callback: (one: { id: string; token: string }, body: unknown, query = "") =>
      request("POST", `/interactions/${one.id}/${one.token}/callback${query}`, body),
    webhook: (method: string, one: { token: string }, rest: string, body?: unknown) =>
      request(method, `/webhooks/${discord.world.applicationId}/${one.token}${rest}`, body),
    post: (channelId: string, body: unknown) => request("POST", `/channels/${channelId}/messages`, body),
  };
}

/** A body with files, as browsers and bots send it. */
export function multipart(
  payload: unknown,
  files: readonly { name: string; field?: string; bytes: number }[],
): FormData {
  const form = new FormData();
  form.append("payload_json", JSON.stringify(payload));
  for (const [index, file] of files.entries()) {
    form.append(file.field ?? `files[${index}]`, new Blob([new Uint8Array(file.bytes)]), file.name);
  }
  return form;
}
