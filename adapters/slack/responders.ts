import type { Responder } from "../../src/core/events.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import type { ReplyHandle } from "../../src/core/ports.ts";
import type { Telemetry } from "../../src/core/telemetry.ts";
import { ReplyError } from "../../src/errors.ts";
import type { Ack } from "./ack.ts";
import { type FormPurpose, modalOf, noticeModal } from "./form.ts";
import { cut } from "./limits.ts";
import { type PrivateTarget, type PrivateWords, sentenceBody } from "./private.ts";
import { replyErrorOf } from "./trouble.ts";
import type { SlackWeb } from "./web.ts";

/** What responders are made with. */
export interface ResponderParts {
  readonly web: SlackWeb;
  readonly words: PrivateWords;
  readonly telemetry: Telemetry;
  openReply(ref: ReplyRef): ReplyHandle;
}

/** What a responder answers. */
export interface Occasion {
  readonly ack: Ack;
  readonly replyTo: ReplyRef;
  readonly person: PrivateTarget;
  /** Good for one modal within three seconds. */
  readonly triggerId: string;
  /** Where a form's answer goes; null: the form asks. */
  readonly formTo: FormPurpose["to"];
}

const EXPIRED = "Slack was too slow to open the form. Please try again.";

/** For slash commands, buttons and shortcuts: acknowledged first, then answered. */
export function createResponder(
  parts: ResponderParts,
  occasion: Occasion,
  kind: "command" | "press" | "shortcut",
): Responder {
  const { web, words, telemetry } = parts;
  const { ack, person, replyTo, triggerId } = occasion;

  /** What Slack's refusal means was said already: the core's more general words would only repeat it. */
  let explained = false;

  async function explain(sentence: string): Promise<void> {
    explained = true;
    await tell(sentenceBody(sentence));
  }

  /** A refused event must not go unanswered, whatever way is left. */
  async function tell(body: ReturnType<PrivateWords["bodyOf"]>): Promise<void> {
    if (person.responseUrl === null && kind === "shortcut") {
      const view = noticeModal("Imagine", body.blocks);
      await web
        .once("views.open", { trigger_id: triggerId, view })
        .catch((error: unknown) => fault("slack.refuse", error));
      return;
    }
    if (!(await words.tell(person, body)))
      fault("slack.refuse", new ReplyError("closed", "Nobody could be told."));
  }

  function fault(where: string, error: unknown): void {
    telemetry({ type: "fault", where, jobId: null, error });
  }

  return {
    async reply(view) {
      await ack.send();
      try {
        return await parts.openReply(replyTo).create(view);
      } catch (error) {
        const failure = replyErrorOf(error, "post");
        if (failure.remedy !== null) await explain(failure.remedy);
        throw failure;
      }
    },
    async refuse(view) {
      if (explained) return;
      const body = words.bodyOf(view);
      // Only a command's acknowledgement is shown; a button's would change the message it is on.
      if (kind === "command" && (await ack.send({ response_type: "ephemeral", ...body }))) return;
      await ack.send();
      await tell(body);
    },
    async form(form) {
      const view = modalOf(form, { to: occasion.formTo, responseUrl: person.responseUrl });
      // At the same time: the trigger lives for three seconds, and opening the form is what it is for.
      const opening = web.once("views.open", { trigger_id: triggerId, view });
      const [, opened] = await Promise.allSettled([ack.send(), opening]);
      if (opened.status === "fulfilled") return;
      const failure = formFailure(opened.reason);
      if (failure.remedy !== null && person.responseUrl !== null) await explain(failure.remedy);
      throw failure;
    },
    async settle() {
      await ack.send();
    },
  };
}

function formFailure(error: unknown): ReplyError {
  const failure = replyErrorOf(error, "post");
  const expired = /_trigger_id$|_trigger$|^trigger_/.test(String(failure.context["word"]));
  if (!expired) return failure;
  return new ReplyError("expired", failure.message, {
    context: failure.context,
    cause: error,
    remedy: EXPIRED,
  });
}

/** Characters of what a form says at a field. */
const FIELD_ERROR_TEXT = 1000;

/**
 * For a submitted form. The message is posted before the acknowledgement, because only while the form is open can it
 * say what is wrong and keep what the person wrote; the acknowledgement's own deadline bounds that.
 */
export function createFormResponder(
  parts: ResponderParts,
  occasion: Occasion,
  errorsAt: { readonly words: string; readonly place: string },
): Responder {
  const { words, telemetry } = parts;
  const { ack, person, replyTo } = occasion;

  /** As above: one refusal is explained once. */
  let explained = false;

  async function tell(block: string, sentence: string): Promise<void> {
    if (explained) return;
    explained = true;
    if (await ack.send({ response_action: "errors", errors: { [block]: cut(sentence, FIELD_ERROR_TEXT) } }))
      return;
    if (await words.tell(person, sentenceBody(sentence))) return;
    telemetry({
      type: "fault",
      where: "slack.refuse",
      jobId: null,
      error: new ReplyError("closed", "Nobody could be told."),
    });
  }

  return {
    async reply(view) {
      try {
        const ref = await parts.openReply(replyTo).create(view);
        await ack.send();
        return ref;
      } catch (error) {
        const failure = replyErrorOf(error, "post");
        if (failure.remedy === null) await ack.send();
        else await tell(errorsAt.place, failure.remedy);
        throw failure;
      }
    },
    async refuse(view) {
      await tell(errorsAt.words, words.plainOf(view, FIELD_ERROR_TEXT));
    },
    async form(form) {
      await ack.send({
        response_action: "update",
        view: modalOf(form, { to: occasion.formTo, responseUrl: person.responseUrl }),
      });
    },
    async settle() {
      await ack.send();
    },
  };
}
