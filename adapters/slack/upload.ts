import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { request } from "undici";
import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import type { ViewDocument, ViewImage } from "../../src/core/view.ts";
import { FILE_READY_MS, PICTURE_RULES } from "./limits.ts";
import { neverLeft, SlackCallError } from "./trouble.ts";
import type { SlackWeb } from "./web.ts";

/** Something to upload; `open` is called for each try. */
export interface UploadSource {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: number;
  open(): Readable;
}

/** A picture, streamed from its file. */
export function pictureSource({ fileName, contentType, bytes, path }: ViewImage): UploadSource {
  return { fileName, contentType, bytes, open: () => createReadStream(path) };
}

/** A file of text, as UTF-8. */
export function documentSource({ fileName, contentType, text }: ViewDocument): UploadSource {
  const content = Buffer.from(text);
  return { fileName, contentType, bytes: content.length, open: () => Readable.from([content]) };
}

/** Files on their way into Slack. All throw SlackCallError. */
export interface Uploads {
  /** Uploads the bytes, and no more: nobody can see or use the file yet. Returns its id. */
  send(source: UploadSource): Promise<string>;
  /** Uploads a file for use in a message of ours; nobody sees it yet. Returns its id. */
  upload(source: UploadSource): Promise<string>;
  /**
   * Waits until Slack has worked on the file, half a minute at most. `ready`: image blocks may show it · `unshowable`:
   * they never will · `late`: half a minute was not enough · `unknown`: Slack does not say, so try · `gone`: there is no such file any more.
   */
  untilReady(fileId: string): Promise<"ready" | "unshowable" | "late" | "unknown" | "gone">;
  /** Shows a file that was sent as a message of its own, in a thread or (null) in the channel itself. */
  share(fileId: string, channel: string, thread: string | null): Promise<void>;
  /** Whether a file stands in a channel. */
  isShared(fileId: string): Promise<boolean>;
  /** Best effort: a picture nobody can see any more need not stay. */
  discard(fileId: string): Promise<void>;
}

const Ticket = z.object({ upload_url: z.string(), file_id: z.string() });
const Info = z.object({
  file: z.object({
    mimetype: z.string().catch(""),
    shares: z.record(z.string(), z.record(z.string(), z.array(z.unknown()))).catch({}),
    ims: z.array(z.string()).catch([]),
  }),
});

/** Between looks at a file that is worked on, ms. */
const LOOKS_MS = [300, 500, 1000, 2000, 3000] as const;
/** Whole uploads tried; each begins with a new address, so that no half one is ever completed. */
const TRIES = 3;

/** Same file, same key: what was uploaded once is not uploaded again. */
export function fileKey({ fileName, bytes }: Pick<UploadSource, "fileName" | "bytes">): string {
  return `${fileName}:${bytes}`;
}

export function createUploads(web: SlackWeb, clock: Clock, timeoutMs: number): Uploads {
  /** The three-step upload up to the bytes; the file is not complete yet. */
  async function send(source: UploadSource): Promise<string> {
    for (let tried = 1; ; tried += 1) {
      try {
        const args = { filename: source.fileName, length: source.bytes };
        const ticket = Ticket.safeParse(await web.patiently("files.getUploadURLExternal", args));
        if (!ticket.success) throw new SlackCallError("files.getUploadURLExternal", { type: "unknown" });
        await sendBytes(ticket.data.upload_url, source);
        return ticket.data.file_id;
      } catch (error) {
        const refused = error instanceof SlackCallError && error.trouble.type === "refused";
        if (refused || tried >= TRIES) throw error;
        await clock.sleep(1000 * tried);
      }
    }
  }

  /** Streamed with a length, so that a big picture never stands in memory (a fetch body would). */
  async function sendBytes(url: string, source: UploadSource): Promise<void> {
    const body = source.open();
    try {
      const response = await request(url, {
        method: "POST",
        headers: { "content-type": source.contentType, "content-length": String(source.bytes) },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      await response.body.dump();
      if (response.statusCode !== 200) throw new SlackCallError("upload", { type: "unknown" });
    } catch (error) {
      if (error instanceof SlackCallError) throw error;
      throw new SlackCallError("upload", { type: neverLeft(error) ? "not-sent" : "unknown" }, error);
    } finally {
      body.destroy();
    }
  }

  async function info(fileId: string) {
    const answer = Info.safeParse(await web.patiently("files.info", { file: fileId }));
    if (!answer.success) throw new SlackCallError("files.info", { type: "unknown" });
    return answer.data.file;
  }

  return {
    send,
    async upload(source) {
      const fileId = await send(source);
      await complete(fileId, {});
      return fileId;
    },
    async untilReady(fileId) {
      const until = clock.elapsed() + FILE_READY_MS;
      for (let look = 0; ; look += 1) {
        try {
          const { mimetype } = await info(fileId);
          if (mimetype !== "") return PICTURE_RULES.types.includes(mimetype) ? "ready" : "unshowable";
        } catch (error) {
          const word = error instanceof SlackCallError ? error.word : null;
          return word === "file_not_found" || word === "file_deleted" ? "gone" : "unknown";
        }
        const pause = LOOKS_MS[Math.min(look, LOOKS_MS.length - 1)] ?? 3000;
        if (clock.elapsed() + pause > until) return "late";
        await clock.sleep(pause);
      }
    },
    async share(fileId, channel, thread) {
      await complete(fileId, { channel_id: channel, ...(thread !== null && { thread_ts: thread }) });
      // Slack was seen to say yes and share nothing.
      for (const pause of LOOKS_MS) {
        if (await shared(fileId)) return;
        await clock.sleep(pause);
      }
      throw new SlackCallError("files.completeUploadExternal", { type: "unknown" });
    },
    isShared: shared,
    async discard(fileId) {
      await web.once("files.delete", { file: fileId }).catch(() => undefined);
    },
  };

  /**
   * After a lost answer Slack is asked first what became of the call: a file completed twice might be shared twice,
   * and where a second completion is refused, the first one had arrived.
   */
  async function complete(fileId: string, where: Readonly<Record<string, string>>): Promise<void> {
    let lost = false;
    await web.retrying(async () => {
      if (lost && "channel_id" in where && (await shared(fileId))) return;
      try {
        await web.once("files.completeUploadExternal", { files: [{ id: fileId }], ...where });
      } catch (error) {
        if (!(error instanceof SlackCallError)) throw error;
        if (lost && error.trouble.type === "refused" && (await exists(fileId))) return;
        lost ||= error.trouble.type === "unknown";
        throw error;
      }
    });
  }

  async function shared(fileId: string): Promise<boolean> {
    const { shares, ims } = await info(fileId).catch(() => ({ shares: {}, ims: [] }));
    return ims.length > 0 || Object.values(shares).some((channels) => Object.keys(channels).length > 0);
  }

  async function exists(fileId: string): Promise<boolean> {
    return info(fileId).then(
      () => true,
      () => false,
    );
  }
}
