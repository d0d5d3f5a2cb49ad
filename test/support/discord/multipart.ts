import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import busboy from "busboy";
import { z } from "zod";
import { invalidForm, refusals } from "./refusal.ts";

/** One uploaded part. */
export interface UploadedFile {
  /** n of files[n]. */
  readonly index: number;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly content: Buffer | null;
}

export interface RequestBody {
  readonly json: Record<string, unknown>;
  readonly files: readonly UploadedFile[];
  readonly multipart: boolean;
}

const jsonObject = z.record(z.string(), z.unknown());
/** Source: reference#uploading-files: the whole request, when a message is made. */
export const REQUEST_LIMIT = 25 * 1024 * 1024;

/**
 * Reads JSON or multipart/form-data. Files are hashed as they come in; their bytes are kept up to `keepBytes`.
 * @throws Refusal 50035 (not JSON), 40005 never: sizes are judged by the route.
 */
export async function readBody(request: IncomingMessage, keepBytes: number): Promise<RequestBody> {
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) return readMultipart(request, keepBytes);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return { json: {}, files: [], multipart: false };
  if (!type.startsWith("application/json")) throw invalidForm([], "BASE_TYPE", "Expected application/json");
  return { json: parseJson(text), files: [], multipart: false };
}

/** A body that is a list (bulk overwrite of commands). */
export async function readList(request: IncomingMessage): Promise<readonly unknown[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  try {
    return z.array(z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  } catch {
    throw invalidForm([], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
  }
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return jsonObject.parse(JSON.parse(text));
  } catch {
    throw invalidForm([], "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
  }
}

function readMultipart(request: IncomingMessage, keepBytes: number): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const form = busboy({ headers: request.headers, defParamCharset: "utf8" });
    const files: UploadedFile[] = [];
    let payload: string | null = null;
    form.on("field", (name, value) => {
      if (name === "payload_json") payload = value;
    });
    form.on("file", (name, stream, info) => {
      const hash = createHash("sha256");
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        hash.update(chunk);
        if (bytes <= keepBytes) chunks.push(chunk);
        else chunks.length = 0;
      });
      stream.on("end", () => {
        const index = /^files\[(\d)\]$/.exec(name)?.[1];
        if (index === undefined) return;
        files.push({
          index: Number(index),
          filename: info.filename ?? "",
          contentType: info.mimeType,
          bytes,
          sha256: hash.digest("hex"),
          content: bytes <= keepBytes ? Buffer.concat(chunks) : null,
        });
      });
    });
    form.on("close", () => {
      try {
        resolve({ json: payload === null ? {} : parseJson(payload), files, multipart: true });
      } catch (error) {
        reject(error);
      }
    });
    form.on("error", () => reject(invalidForm([], "MULTIPART", "Malformed multipart body")));
    request.on("aborted", () => reject(refusals.notFound()));
    request.pipe(form);
  });
}
