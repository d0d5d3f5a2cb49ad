import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import type { ReplyHandle } from "../../src/core/ports.ts";
import type { View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { readAddress, refOf, type SlackAddress } from "./address.ts";
import { createAttachments, type Spot } from "./attachments.ts";
import { messageOf, type ShownPicture, type SlackMessageBody } from "./blocks.ts";
import { FILE_READY_MS, PICTURE_RULES } from "./limits.ts";
import type { PostLanes, UpdateBudget } from "./pacing.ts";
import type { RenderContext } from "./rich-text.ts";
import { replyErrorOf, SlackCallError } from "./trouble.ts";
import type { Uploads } from "./upload.ts";
import type { SlackWeb } from "./web.ts";

/** What replies are made with. */
export interface ReplyParts {
  readonly web: SlackWeb;
  readonly uploads: Uploads;
  readonly lanes: PostLanes;
  readonly budget: UpdateBudget;
  readonly clock: Clock;
  /** A note that may be lost, for the log. */
  fault(error: ReplyError): void;
  /** For links to other messages; null when it cannot be found out now. */
  workspaceUrl(): Promise<string | null>;
}

const Posted = z.object({ channel: z.string(), ts: z.string() });
const Opened = z.object({ channel: z.object({ id: z.string() }) });
const Link = z.object({ permalink: z.string() });

/** Between tries of a message whose file Slack does not accept yet, ms. */
const FILE_PAUSES_MS = [500, 1000, 2000, 4000] as const;

/** One reply in Slack. See `ReplyHandle` for what it guarantees. */
export function createReply(
  parts: ReplyParts,
  ref: ReplyRef,
  keep: (ref: ReplyRef) => Promise<void>,
): ReplyHandle {
  const { web, uploads, lanes, budget, clock } = parts;
  let address = readAddress(ref);
  const attachments = createAttachments(uploads, () => address, change);

  async function change(part: Partial<SlackAddress>): Promise<void> {
    address = { ...address, ...part };
    await keep(refOf(address));
  }

  /** An edit may mention people by id: Slack notifies nobody of an edit. */
  async function render(
    view: View,
    pictures: readonly ShownPicture[],
    people: RenderContext["people"],
  ): Promise<SlackMessageBody> {
    const linked = [view.title, ...view.lines]
      .flat()
      .some((piece) => typeof piece === "object" && piece.type === "job");
    const workspaceUrl = linked ? await parts.workspaceUrl() : null;
    return messageOf(view, pictures, { now: clock.now(), workspaceUrl, people });
  }

  /** Sends a message with pictures, again and again while Slack still refuses its files, half a minute at most. */
  async function sendWithPictures(
    view: View,
    people: RenderContext["people"],
    send: (body: SlackMessageBody) => Promise<void>,
  ): Promise<void> {
    const pictures = await attachments.prepare(view.images);
    const until = clock.elapsed() + FILE_READY_MS;
    for (let tried = 0; ; tried += 1) {
      try {
        return await send(await render(view, pictures, people));
      } catch (error) {
        if (!(error instanceof SlackCallError) || !error.badFile) throw error;
        const pause = FILE_PAUSES_MS[Math.min(tried, FILE_PAUSES_MS.length - 1)] ?? 4000;
        if (clock.elapsed() + pause > until) break;
        await clock.sleep(pause);
      }
    }
    const inThread: ShownPicture[] = [];
    for (const { image } of pictures) inThread.push(await attachments.shareInThread(image));
    await send(await render(view, inThread, people));
  }

  /** Where to post: opens the private conversation, or finds the thread, the first time. */
  async function place(): Promise<Spot> {
    const { channel, user, thread, near } = address;
    if (channel === null) {
      const opened = Opened.safeParse(await web.patiently("conversations.open", { users: user ?? "" }));
      if (!opened.success) throw new SlackCallError("conversations.open", { type: "unknown" });
      return { channel: opened.data.channel.id, thread: null };
    }
    return { channel, thread: thread ?? (near === null ? null : await threadOf(channel, near)) };
  }

  /** The thread a message belongs to: Slack takes the first message's ts only, and a permalink is the one thing that tells it without a scope. */
  async function threadOf(channel: string, ts: string): Promise<string> {
    const answer = await web.patiently("chat.getPermalink", { channel, message_ts: ts }).catch(() => null);
    const link = Link.safeParse(answer);
    if (!link.success || !URL.canParse(link.data.permalink)) return ts;
    return new URL(link.data.permalink).searchParams.get("thread_ts") ?? ts;
  }

  async function post(view: View): Promise<void> {
    const to = await place();
    const documents = await attachments.sendDocuments(view.documents, to.channel);
    if (address.ts === null) await postMessage(view, to);
    for (const document of documents) await attachments.share(document, to);
  }

  async function postMessage(view: View, { channel, thread }: Spot): Promise<void> {
    await sendWithPictures(view, "named", async (body) => {
      const args = { channel, ...(thread !== null && { thread_ts: thread }), ...body, ...QUIET };
      const posted = Posted.safeParse(await postOnce(channel, args));
      // Posted for certain, though Slack's answer makes no sense: as unknown as a lost one.
      if (!posted.success) throw new SlackCallError("chat.postMessage", { type: "unknown" });
      await change({ channel: posted.data.channel, thread, ts: posted.data.ts });
    });
  }

  /**
   * Never repeated once it may have arrived: Slack cannot be asked, and two messages would stand there. A refusal with
   * 429 was not carried out, so that one is.
   */
  async function postOnce(channel: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const call = async (): Promise<unknown> => {
      try {
        return await web.once("chat.postMessage", args);
      } catch (error) {
        if (!(error instanceof SlackCallError)) throw error;
        if (error.trouble.type === "paced") lanes.pause(channel, error.trouble.retryAfterMs);
        if (error.trouble.type === "unknown") throw replyErrorOf(error, "post");
        throw error;
      }
    };
    for (let pacedMs = 0; ; ) {
      try {
        return await web.retrying(() => lanes.run(channel, call));
      } catch (error) {
        const paced =
          error instanceof SlackCallError && error.trouble.type === "paced" ? error.trouble : null;
        if (paced === null || pacedMs > POST_PATIENCE_MS) throw error;
        // The channel's lane does the waiting.
        pacedMs += paced.retryAfterMs;
      }
    }
  }

  /** A result's place in the minute. Long waits are the caller's: it knows when the process is to stop. */
  async function turn(id: string): Promise<void> {
    for (let wait = budget.result(id); wait > 0; wait = budget.result(id)) {
      if (wait > TURN_PATIENCE_MS) throw pacedError(wait);
      await clock.sleep(wait);
    }
  }

  async function edit(view: View): Promise<void> {
    const { channel, ts } = address;
    if (channel === null || ts === null) throw new ReplyError("gone", "That reply was never posted.");
    const id = `${channel}/${ts}`;
    const update = async (body: SlackMessageBody): Promise<void> => {
      try {
        await web.once("chat.update", { channel, ts, ...body, parse: "none" });
      } catch (error) {
        const trouble = error instanceof SlackCallError ? error.trouble : null;
        if (trouble?.type === "paced") budget.pause(trouble.retryAfterMs);
        throw error;
      }
    };
    if (isProgress(view)) {
      const wait = budget.progress(id);
      if (wait > 0) throw pacedError(wait);
      return update(await render(view, [], "mentioned"));
    }
    await sendWithPictures(view, "mentioned", (body) =>
      web.retrying(async () => {
        await turn(id);
        await update(body);
      }),
    );
  }

  return {
    get ref() {
      return refOf(address);
    },
    pictures: PICTURE_RULES,
    expiresAt: null,
    async create(view) {
      const isNote = address.kind === "note";
      if (address.ts !== null && view.documents.length === 0) return refOf(address);
      await post(view).catch((error: unknown) => {
        const failure = replyErrorOf(error, isNote ? "note" : "post");
        if (!isNote || !mayStand(failure)) throw failure;
        // Slack cannot be asked, and nobody waits for a note: better one too few than the same one again and again.
        parts.fault(failure);
      });
      return refOf(address);
    },
    async update(view) {
      await edit(view).catch((error: unknown) => Promise.reject(replyErrorOf(error, "edit")));
    },
    async remove() {
      const { channel, ts, files, shared } = address;
      if (channel === null || ts === null) return;
      await web.patiently("chat.delete", { channel, ts }).catch((error: unknown) => {
        const failure = replyErrorOf(error, "edit");
        if (failure.problem !== "gone") throw failure;
      });
      for (const fileId of [...Object.values(files), ...Object.values(shared)]) await uploads.discard(fileId);
    },
  };
}

/** Whether a post may have arrived although its answer did not. */
function mayStand({ cause }: ReplyError): boolean {
  if (!(cause instanceof SlackCallError)) return false;
  return cause.method === "chat.postMessage" && cause.trouble.type === "unknown";
}

function pacedError(retryAfterMs: number): ReplyError {
  return new ReplyError("paced", "Slack's edits of this minute are spent or kept for results.", {
    retryAfterMs,
  });
}

/** How long a post may be put off by Slack, ms: the person sees nothing before it. */
const POST_PATIENCE_MS = 120_000;
/** How long a result waits here for its place, ms. */
const TURN_PATIENCE_MS = 5000;

/** No previews of links, no names or links made out of words. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: "none", link_names: false };

/** Views that will change: their edits may be dropped, the others may not. */
function isProgress(view: View): boolean {
  return view.kind === "waiting" || view.kind === "working" || view.kind === "delivering";
}
