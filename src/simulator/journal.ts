import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "./plan.ts";
import { type StoredRequest, storedRequestSchema } from "./request.ts";

/** Where requests outlive the process: one line of JSON for each change, the last one of a request counts. */
export interface Journal {
  /** What was kept, in order of acceptance. */
  load(): readonly StoredRequest[];
  /** Kept when it returns, unless the machine itself goes down. */
  append(request: StoredRequest): void;
}

/** A journal that keeps nothing. */
export const noJournal: Journal = { load: () => [], append: () => {} };

/** Keeps requests in `requests.jsonl` in the folder, which is made if need be. Lines it cannot read are skipped. */
export function createFileJournal(folder: string, keep: number): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "requests.jsonl");
  return {
    load: () => {
      const latest = new Map<string, StoredRequest>();
      for (const line of readLines(path)) {
        const parsed = storedRequestSchema.safeParse(parseJson(line));
        if (parsed.success) latest.set(parsed.data.id, parsed.data);
      }
      const kept = [...latest.values()].sort((a, b) => a.acceptedAt - b.acceptedAt).slice(-keep);
      writeFileSync(`${path}.new`, kept.map((request) => `${toLine(request)}\n`).join(""));
      renameSync(`${path}.new`, path);
      return kept;
    },
    // Synchronous, so that nothing answered is lost when the process is killed; a line takes some 20 µs.
    append: (request) => appendFileSync(path, `${toLine(request)}\n`),
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function toLine(request: StoredRequest): string {
  const { id, endpoint, input, webhookUrl, acceptedAt, startBy, startedAt, durationMs, finishedAt, ending } =
    request;
  return JSON.stringify({
    id,
    endpoint,
    input,
    webhookUrl,
    acceptedAt,
    startBy,
    startedAt,
    durationMs,
    finishedAt,
    ending,
  });
}
