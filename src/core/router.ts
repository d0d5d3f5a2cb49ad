import { BotError, ReplyError } from "../errors.ts";
import { createAcceptance } from "./acceptance.ts";
import { createAct } from "./acts.ts";
import { createAdmission } from "./admission.ts";
import type { CommandDefinition } from "./command.ts";
import { createDesk } from "./desk.ts";
import type {
  ActionEvent,
  CommandEvent,
  Home,
  HomeEvent,
  InboundEvent,
  InboundSink,
  ReactionEvent,
} from "./events.ts";
import type { Generation } from "./generation.ts";
import { type Job, personOf, type ReplyRef } from "./model.ts";
import { createOffice } from "./office.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { CoreParts } from "./parts.ts";
import { standingWith } from "./policy/rights.ts";
import type { Presses } from "./presses.ts";
import type { Removal } from "./removal.ts";
import { REFUSALS } from "./sentences.ts";
import type { View } from "./view.ts";
import { imagineForm, refusalView } from "./views.ts";

export interface RouterOptions {
  readonly parts: CoreParts;
  readonly owner: OwnerParts;
  readonly generation: Generation;
  readonly removal: Removal;
  readonly presses: Presses;
  readonly commands: readonly CommandDefinition[];
  /** What the bot's own page says, without the person's pictures. */
  readonly home: Omit<Home, "recent">;
}

export interface Router {
  readonly sink: InboundSink;
  /** From now on everything is refused with a sentence. */
  close(): void;
}

const RECENT_ON_HOME = 10;
/** How long a press waits for a result that is just being shown, ms: within every platform's deadline. */
const SHOWING_MS = 1_500;

/** Decides what every inbound event means, and answers it. */
export function createRouter(options: RouterOptions): Router {
  const { parts, owner, generation, removal, presses } = options;
  const { store, adapters, telemetry, clock } = parts;
  const admission = createAdmission(owner);
  const acceptance = createAcceptance({ parts, owner, admission, generation });
  const act = createAct({ parts, owner, generation, removal, acceptance, openReply });
  const desk = createDesk({ parts, owner, openReply });
  const office = createOffice({ parts, owner, generation });
  const commands = new Map(options.commands.map((command) => [command.name, command]));
  let closed = false;

  async function sink(event: InboundEvent): Promise<void> {
    const { platform } = event.requester;
    telemetry({ type: "event-received", platform, kind: event.type });
    const since = clock.elapsed();
    try {
      if (closed) await refuse(event, "stopping");
      else await route(withStanding(event));
      if ("responder" in event) telemetry({ type: "acknowledged", platform, ms: clock.elapsed() - since });
    } catch (error) {
      telemetry({ type: "fault", where: event.type, jobId: null, error });
      await apologise(event, error);
    }
  }

  /** The configuration's own owners are owners everywhere. */
  function withStanding<T extends InboundEvent>(event: T): T {
    if (event.type === "home") return event;
    return { ...event, standing: standingWith(owner.owners, event.requester, event.standing) };
  }

  function route(event: InboundEvent): Promise<void> {
    switch (event.type) {
      case "command":
        return onCommand(event);
      case "ask":
        return event.responder.form(imagineForm(event.initial, null));
      case "action":
        return onAction(event);
      case "reaction":
        return onReaction(event);
      case "home":
        return onHome(event);
    }
  }

  /** Last words when something broke; they may fail too, since the platform may be what broke. */
  async function apologise(event: InboundEvent, error: unknown): Promise<void> {
    if (event.type === "home") return;
    const why = error instanceof BotError && error.code === "store" ? "store" : "internal";
    const sentence =
      error instanceof ReplyError
        ? "I could not post here, so nothing was painted. Check that I may write and attach files in this place."
        : why === "store"
          ? REFUSALS.store
          : "Something went wrong on my side; nothing was painted. Try again in a minute.";
    await tellPrivately(event, refusalView(sentence)).catch((cause: unknown) =>
      telemetry({ type: "fault", where: "refusal", jobId: null, error: cause }),
    );
  }

  const tellPrivately = (event: Exclude<InboundEvent, HomeEvent>, view: View): Promise<void> =>
    event.type === "reaction" ? event.whisper(view) : event.responder.refuse(view);

  async function refuse(event: InboundEvent, why: keyof typeof REFUSALS): Promise<void> {
    telemetry({ type: "refused", platform: event.requester.platform, why });
    if (event.type !== "home") await tellPrivately(event, refusalView(REFUSALS[why]));
  }

  async function onCommand(event: CommandEvent): Promise<void> {
    const command = commands.get(event.command);
    if (command === undefined) return refuse(event, "unknownCommand");
    const meaning = command.interpret(withoutBlanks(event.input));
    switch (meaning.type) {
      case "say":
        return event.responder.refuse(meaning.view);
      case "refuse":
        telemetry({ type: "refused", platform: event.requester.platform, why: "input" });
        return event.responder.refuse(meaning.view);
      case "query":
        return event.responder.refuse(await desk.answer(meaning.query, event));
      case "order":
        return event.responder.refuse(await office.carryOut(meaning.order, event));
      case "imagine":
        return acceptance.ask({
          event,
          deliveryId: event.deliveryId,
          request: meaning.request,
          parentId: event.parentId,
          answer: event.responder,
          tell: (view) => event.responder.refuse(view),
        });
    }
  }

  async function onAction(event: ActionEvent): Promise<void> {
    const { responder } = event;
    const job = await shownJob(await store.get(event.jobId));
    if (job === null) return refuse(event, "unknownJob");
    if (!presses.button(job.id, personOf(event.requester), event.intent)) {
      telemetry({ type: "event-repeated", platform: event.requester.platform, kind: "action" });
      return responder.settle();
    }
    await act(event.intent, {
      event,
      job,
      deliveryId: event.deliveryId,
      tell: (view) => responder.refuse(view),
      quiet: () => responder.settle(),
      say: (view) => responder.reply(view),
    });
  }

  async function onReaction(event: ReactionEvent): Promise<void> {
    const person = personOf(event.requester);
    if (event.change === "removed") return presses.removed(event.messageKey, person, event.emoji);
    const job = await shownJob(await store.byMessage(event.messageKey));
    if (job === null || job.removedAt !== null) return;
    const deliveryId = await presses.reaction(event.messageKey, person, event.emoji, event.deliveryId);
    if (deliveryId === null) {
      telemetry({ type: "event-repeated", platform: event.requester.platform, kind: "reaction" });
      return;
    }
    await act(event.intent, {
      event,
      job,
      deliveryId,
      tell: (view) => event.whisper(view),
      quiet: () => Promise.resolve(),
      say: (view) => openReply(event.replyTo).create(view),
    });
  }

  /** People see a picture before its job is stored as done: a press in between waits for that. */
  async function shownJob(job: Job | null): Promise<Job | null> {
    if (job?.state !== "delivering") return job;
    const over = new AbortController();
    const patience = clock.sleep(SHOWING_MS, over.signal).catch(() => undefined);
    await Promise.race([generation.ended(job.id), patience]);
    over.abort();
    return store.get(job.id);
  }

  function openReply(ref: ReplyRef) {
    const adapter = adapters.get(ref.platform);
    if (adapter === undefined) throw new BotError("No adapter for the reply's platform.", { code: "misuse" });
    return adapter.openReply(ref, async () => undefined);
  }

  async function onHome(event: HomeEvent): Promise<void> {
    const jobs = await store.history(personOf(event.requester), RECENT_ON_HOME);
    const recent = jobs
      .filter((job) => job.state === "done" && job.removedAt === null)
      .map((job) => ({
        jobId: job.id,
        messageKey: job.reply.messageKey,
        prompt: job.request.prompt,
        at: job.finishedAt ?? job.createdAt,
      }));
    await event.show({ ...options.home, recent });
  }

  return {
    sink,
    close() {
      closed = true;
    },
  };
}

/** Forms send an empty string for a field left empty; that is no answer. */
function withoutBlanks(input: CommandEvent["input"]): CommandEvent["input"] {
  if (input.type === "text") return input;
  return {
    ...input,
    options: Object.fromEntries(Object.entries(input.options).filter(([, value]) => value !== "")),
  };
}
