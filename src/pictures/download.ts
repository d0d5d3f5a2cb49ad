import { open, writeFile } from "node:fs/promises";
import { type Dispatcher, request } from "undici";
import { z } from "zod";
import { underSignals } from "../core/signals.ts";
import type { AddressRule } from "./allowed-hosts.ts";
import { SNIFFED_BYTES } from "./kinds.ts";

export interface DownloadLimits {
  readonly allowed: AddressRule;
  readonly maxBytes: number;
  /** One try from connecting to the last byte, ms. */
  readonly timeoutMs: number;
  /** Without a single byte for so long the try is given up, ms. */
  readonly stallMs: number;
}

/**
 * `again`: trouble that may pass, any status among it (a picture takes a moment to reach every edge of a content
 * network) · `disk`: this machine would not keep it · `never`: no further try can help.
 */
export type Download =
  | { readonly type: "saved"; readonly bytes: number; readonly head: Uint8Array }
  | { readonly type: "again" | "disk"; readonly why: string }
  | { readonly type: "never"; readonly why: string };

const MAX_REDIRECTS = 3;

/**
 * One try to bring what is at `url` into a new file, never holding it in memory. No credentials are sent.
 * What was written of a failed try is left for the caller to remove.
 * @throws the signal's reason.
 */
export async function download(
  url: string,
  path: string,
  limits: DownloadLimits,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Download> {
  if (url.startsWith("data:")) return decodeDataUrl(url, path, limits.maxBytes);

  const hurry = AbortSignal.timeout(limits.timeoutMs);
  try {
    return await underSignals([signal, hurry], (either) => bring(url, path, limits, dispatcher, either));
  } catch (error) {
    signal.throwIfAborted();
    return problemOf(error, hurry.aborted);
  }
}

/** @throws whatever goes wrong with a connection, or the signal's reason */
async function bring(
  url: string,
  path: string,
  limits: DownloadLimits,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Download> {
  let next = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    if (!URL.canParse(next)) return { type: "never", why: "not an address" };
    const address = new URL(next);
    const objection = limits.allowed(address);
    if (objection !== null) return { type: "never", why: `refused ${objection}` };

    const answer = await request(address, {
      dispatcher,
      signal,
      headers: { accept: "image/*", "accept-encoding": "identity" },
      headersTimeout: limits.stallMs,
      bodyTimeout: limits.stallMs,
    });
    // A body that breaks while nobody reads it says so in an event, and one nobody hears ends the process.
    answer.body.on("error", () => {});
    if (answer.statusCode === 200) return await save(answer, path, limits);
    answer.body.destroy();
    const location = first(answer.headers["location"]);
    if (answer.statusCode < 300 || answer.statusCode > 399 || location === null)
      return { type: "again", why: `HTTP ${answer.statusCode}` };
    if (!URL.canParse(location, address.href)) return { type: "never", why: "redirected to no address" };
    next = new URL(location, address).href;
  }
  return { type: "never", why: "too many redirects" };
}

async function save(
  answer: Dispatcher.ResponseData,
  path: string,
  { maxBytes }: DownloadLimits,
): Promise<Download> {
  const announced = Number(first(answer.headers["content-length"]) ?? Number.NaN);
  if (announced > maxBytes) {
    answer.body.destroy();
    return { type: "never", why: "too large" };
  }
  const chunks: AsyncIterable<Uint8Array> = answer.body;
  const heads: Uint8Array[] = [];
  let bytes = 0;
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of chunks) {
      if (bytes < SNIFFED_BYTES) heads.push(chunk.subarray(0, SNIFFED_BYTES - bytes));
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return { type: "never", why: "too large" };
      await file.appendFile(chunk); // the network waits for the disk
    }
  } finally {
    await file.close();
  }
  if (Number.isFinite(announced) && announced !== bytes) return { type: "again", why: "cut short" };
  return { type: "saved", bytes, head: Buffer.concat(heads) };
}

async function decodeDataUrl(url: string, path: string, maxBytes: number): Promise<Download> {
  const comma = url.indexOf(",");
  if (comma < 0) return { type: "never", why: "not an address" };
  const isBase64 = url.slice(0, comma).endsWith(";base64");
  // Three bytes are written as four characters; a percent-coded byte as three or one.
  const leastBytes = Math.floor(((url.length - comma - 1) * (isBase64 ? 3 : 1)) / (isBase64 ? 4 : 3)) - 2;
  if (leastBytes > maxBytes) return { type: "never", why: "too large" };
  const bytes = isBase64 ? Buffer.from(url.slice(comma + 1), "base64") : percentDecoded(url.slice(comma + 1));
  if (bytes.byteLength > maxBytes) return { type: "never", why: "too large" };
  await writeFile(path, bytes, { flag: "wx", mode: 0o600 });
  return { type: "saved", bytes: bytes.byteLength, head: bytes.subarray(0, SNIFFED_BYTES) };
}

function percentDecoded(text: string): Buffer {
  const latin = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(latin, "latin1");
}

function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

// Writing to a socket never ends so.
const DISK_FAULTS = ["ENOSPC", "EDQUOT", "EIO", "EROFS", "EFBIG"];

const faultSchema = z.object({ code: z.string().catch(""), syscall: z.string().catch("") });

function problemOf(error: unknown, timedOut: boolean): Download {
  if (timedOut) return { type: "again", why: "timed out" };
  const { code, syscall } = faultSchema.safeParse(error).data ?? { code: "", syscall: "" };
  const isDisk = syscall === "open" || (syscall === "write" && DISK_FAULTS.includes(code));
  return { type: isDisk ? "disk" : "again", why: code === "" ? "connection lost" : code };
}
