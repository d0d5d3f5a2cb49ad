import type { Acceptance } from "./acceptance.ts";
import type { ActionEvent, ReactionEvent } from "./events.ts";
import type { Generation } from "./generation.ts";
import { deletedEntry } from "./log-entries.ts";
import { type Intent, isFinal, type Job, personOf, type ReplyRef, workspaceOf } from "./model.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { CoreParts } from "./parts.ts";
import { type Deed, may } from "./policy/rights.ts";
import type { ReplyHandle } from "./ports.ts";
import type { Removal } from "./removal.ts";
import { sendPrivately } from "./send-privately.ts";
import { REFUSALS } from "./sentences.ts";
import type { View } from "./view.ts";
import { formValues, imagineForm, noticeView, refusalView } from "./views.ts";

/** A button or an emoji, with its two ways of answering made one. */
export interface Press {
  readonly event: ActionEvent | ReactionEvent;
  readonly job: Job;
  /** Identity of a new job this press may lead to. */
  readonly deliveryId: string;
  /** Says something privately; a reaction that cannot be answered stays silent. */
  tell(view: View): Promise<void>;
  /** Nothing to say. */
  quiet(): Promise<void>;
  /** Posts the first view of a new job. */
  say(view: View): Promise<ReplyRef>;
}

/** Does what a press means. */
export type Act = (intent: Intent, press: Press) => Promise<void>;

export function createAct(options: {
  readonly parts: CoreParts;
  readonly owner: OwnerParts;
  readonly generation: Generation;
  readonly removal: Removal;
  readonly acceptance: Acceptance;
  readonly openReply: (ref: ReplyRef) => ReplyHandle;
}): Act {
  const { parts, owner, generation, removal, acceptance, openReply } = options;

  async function act(intent: Intent, press: Press): Promise<void> {
    const { event, job } = press;
    switch (intent) {
      case "reroll":
        if (job.state !== "done") return press.tell(refusalView(REFUSALS.notFinished));
        return again({ ...job.request, seed: null }, press);
      case "retry":
        return again(job.request, press);
      case "edit":
        if (event.type === "reaction") return press.quiet();
        if (!(await mayDo("reroll", press))) return press.tell(refusalView(REFUSALS.notForYou));
        return event.responder.form(imagineForm(formValues(job), job.id));
      case "use-prompt":
        if (event.type === "reaction") return press.quiet();
        // A picture of one's own from the same words: no child of this one, and no seed of its.
        return event.responder.form(imagineForm({ ...formValues(job), seed: "" }, null));
      case "send-to-me":
        return sendToMe(press);
      case "cancel":
        return cancel(press);
      case "delete":
        return isFinal(job) ? remove(press) : cancel(press);
    }
  }

  async function again(request: Job["request"], press: Press): Promise<void> {
    const { event, job, deliveryId, tell } = press;
    if (!(await mayDo("reroll", press))) return tell(refusalView(REFUSALS.notForYou));
    const answer = { reply: press.say, settle: press.quiet };
    return acceptance.ask({ event, deliveryId, request, parentId: job.id, answer, tell });
  }

  /** A block is the admission's to tell: it says why, and until when. */
  async function mayDo(deed: Deed, { event, job }: Press): Promise<boolean> {
    const { policy } = await owner.policies.of(workspaceOf(job.requester));
    const own = personOf(event.requester) === personOf(job.requester);
    return may(deed, policy, { standing: event.standing, own, blocked: false });
  }

  async function cancel(press: Press): Promise<void> {
    if (!(await mayDo("cancel", press))) return press.tell(refusalView(REFUSALS.notYours));
    const outcome = await generation.cancel(press.job.id, press.event.requester);
    if (outcome === "cancelling") return press.quiet();
    if (await removedStray(press)) return press.quiet();
    const sentence = press.job.state === "done" ? REFUSALS.tooLateToCancel : REFUSALS.alreadyOver;
    return press.tell(refusalView(sentence));
  }

  async function remove(press: Press): Promise<void> {
    if (!(await mayDo("delete", press))) return press.tell(refusalView(REFUSALS.notYours));
    if (!(await removedStray(press))) {
      await removal.remove(press.job);
      owner.modLog.write(press.job.requester, deletedEntry(press.job, press.event.requester));
    }
    return press.quiet();
  }

  /** A message of this job that a lost answer left behind is taken away by any of its buttons that ends something. */
  async function removedStray({ event, job }: Press): Promise<boolean> {
    if (event.type !== "action" || event.pressed === undefined) return false;
    if (event.pressed.messageKey === job.reply.messageKey) return false;
    await openReply(event.pressed).remove();
    return true;
  }

  async function sendToMe(press: Press): Promise<void> {
    const { sent, text } = await sendPrivately(parts, press.job, openReply(press.event.direct));
    if (!sent) return press.tell(refusalView(text));
    // Whoever put an emoji there sees the message itself; only a button waits for an answer.
    return press.event.type === "action" ? press.tell(noticeView(text)) : press.quiet();
  }

  return act;
}
