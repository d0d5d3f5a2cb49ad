import { ReplyError, TakeFailure } from "../errors.ts";
import { type BroughtPictures, bringPictures } from "./bring-pictures.ts";
import type { Job } from "./model.ts";
import type { CoreParts } from "./parts.ts";
import type { ReplyHandle } from "./ports.ts";
import { REFUSALS } from "./sentences.ts";
import { sentView } from "./views.ts";

/** Longest time a picture asked for again may take, ms. */
const FETCH_MS = 60_000;

/** Sends a finished job's picture to one person, and returns what to tell them about it. */
export async function sendPrivately(
  parts: CoreParts,
  job: Job,
  handle: ReplyHandle,
): Promise<{ readonly sent: boolean; readonly text: string }> {
  const { pictures, telemetry } = parts;
  if (job.state !== "done") return { sent: false, text: REFUSALS.notFinished };
  let brought: BroughtPictures | null = null;
  try {
    const suffix = `-private-${crypto.randomUUID().slice(0, 8)}`;
    brought = await bringPictures(pictures, job, suffix, AbortSignal.timeout(FETCH_MS));
    await handle.create(sentView(job, await brought.fit(handle.pictures)));
    return { sent: true, text: "I have sent it to you privately." };
  } catch (error) {
    if (error instanceof ReplyError && error.problem === "closed")
      return { sent: false, text: REFUSALS.directClosed };
    if (!(error instanceof ReplyError || error instanceof TakeFailure)) throw error;
    telemetry({ type: "fault", where: "send-to-me", jobId: job.id, error });
    return { sent: false, text: REFUSALS.directFailed };
  } finally {
    await brought?.discard();
  }
}
