import type { ViewDocument, ViewImage } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import type { SlackAddress } from "./address.ts";
import type { ShownPicture } from "./blocks.ts";
import { documentSource, fileKey, pictureSource, type Uploads } from "./upload.ts";

/** Where messages go: a channel, and the thread in it or none. */
export interface Spot {
  readonly channel: string;
  readonly thread: string | null;
}

/** A file whose bytes Slack has, and which nobody can see yet. */
export interface SentFile {
  readonly key: string;
  readonly fileId: string;
}

/** The files of one reply, each uploaded and shown once: their ids are kept in its address. All throw SlackCallError or ReplyError. */
export interface Attachments {
  /** Uploads what is not there yet, and waits until Slack can show it. */
  prepare(images: readonly ViewImage[]): Promise<readonly ShownPicture[]>;
  /** The last resort: the picture as a message of its own, under the reply. Impossible before that is posted. */
  shareInThread(image: ViewImage): Promise<ShownPicture>;
  /**
   * Sends the bytes of those that are not shown yet: before the message that speaks of them, because most of what can
   * go wrong goes wrong here. What they hold is one person's own, so none is sent for any but a private conversation.
   */
  sendDocuments(documents: readonly ViewDocument[], channel: string): Promise<readonly SentFile[]>;
  /** Shows a sent file as a message of its own. */
  share(file: SentFile, spot: Spot): Promise<void>;
}

export function createAttachments(
  uploads: Uploads,
  address: () => SlackAddress,
  change: (part: Partial<SlackAddress>) => Promise<void>,
): Attachments {
  async function prepareOne(image: ViewImage): Promise<ShownPicture> {
    const key = fileKey(image);
    if (await isShared(key)) return { type: "thread", image };
    let fileId = address().files[key] ?? (await upload(image, key));
    let state = await uploads.untilReady(fileId);
    if (state === "gone") {
      fileId = await upload(image, key);
      state = await uploads.untilReady(fileId);
    }
    return state === "unshowable" || state === "late"
      ? shareInThread(image)
      : { type: "file", image, fileId };
  }

  async function upload(image: ViewImage, key: string): Promise<string> {
    const fileId = await uploads.upload(pictureSource(image));
    await change({ files: { ...address().files, [key]: fileId } });
    return fileId;
  }

  async function shareInThread(image: ViewImage): Promise<ShownPicture> {
    const { channel, ts, thread } = address();
    if (channel === null || ts === null)
      throw new ReplyError("unavailable", "Slack does not show the picture yet.");
    const fileId = await uploads.send(pictureSource(image));
    await share({ key: fileKey(image), fileId }, { channel, thread: thread ?? ts });
    return { type: "thread", image };
  }

  async function share({ key, fileId }: SentFile, { channel, thread }: Spot): Promise<void> {
    // Kept before anybody can see the file, so that it is never shown twice.
    await change({ shared: { ...address().shared, [key]: fileId } });
    await uploads.share(fileId, channel, thread);
  }

  async function isShared(key: string): Promise<boolean> {
    const fileId = address().shared[key];
    return fileId !== undefined && (await uploads.isShared(fileId));
  }

  return {
    async prepare(images) {
      const shown: ShownPicture[] = [];
      for (const image of images) shown.push(await prepareOne(image));
      return shown;
    },
    shareInThread,
    async sendDocuments(documents, channel) {
      if (!channel.startsWith("D")) return [];
      const sent: SentFile[] = [];
      for (const source of documents.map(documentSource)) {
        const key = fileKey(source);
        if (!(await isShared(key))) sent.push({ key, fileId: await uploads.send(source) });
      }
      return sent;
    },
    share,
  };
}
