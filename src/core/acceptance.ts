import type { Admission, Denial } from "./admission.ts";
import { denialLine } from "./denials.ts";
import type { ActionEvent, CommandEvent, ReactionEvent, Responder } from "./events.ts";
import type { Generation } from "./generation.ts";
import { createKeyedLock } from "./keyed-lock.ts";
import { deniedEntry } from "./log-entries.ts";
import type { ImageRequest, JobId } from "./model.ts";
import { formatUsd, periodOf } from "./money.ts";
import { jobIdOf, takeIdsOf } from "./new-job.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { CoreParts } from "./parts.ts";
import { type View, wordsView } from "./view.ts";
import { refusalView } from "./views.ts";

/** Asks of somebody, and how to answer. */
export interface Asking {
  readonly event: CommandEvent | ActionEvent | ReactionEvent;
  /** Identity of the job: a repeat leads to the same one. */
  readonly deliveryId: string;
  readonly request: ImageRequest;
  readonly parentId: JobId | null;
  readonly answer: Pick<Responder, "reply" | "settle">;
  /** Says something to that person alone. */
  tell(view: View): Promise<void>;
}

/** The way of a request to a job: nothing in the way, not here before, admitted, its money set aside, stored. */
export interface Acceptance {
  /** @throws BotError `store` (nothing accepted) · ReplyError (nothing will be paid for). */
  ask(asking: Asking): Promise<void>;
}

export function createAcceptance(options: {
  readonly parts: CoreParts;
  readonly owner: OwnerParts;
  readonly admission: Admission;
  readonly generation: Generation;
}): Acceptance {
  const { parts, owner, admission, generation } = options;
  const { store, telemetry } = parts;
  // The same delivery twice at once must not be admitted once and denied once.
  const lock = createKeyedLock();

  async function ask(asking: Asking): Promise<void> {
    const { event, answer, tell } = asking;
    const { platform } = event.requester;
    if (event.obstacle !== null) {
      telemetry({ type: "refused", platform, why: "obstacle" });
      return tell(refusalView(event.obstacle));
    }
    const id = jobIdOf(platform, asking.deliveryId);
    const outcome = await lock.run(id, () => decide(id, asking));
    if (outcome !== "repeated") return;
    telemetry({ type: "event-repeated", platform, kind: event.type });
    await answer.settle();
  }

  async function decide(id: JobId, asking: Asking): Promise<"accepted" | "denied" | "repeated"> {
    const { event, deliveryId, request, parentId, answer } = asking;
    const { requester, place, standing, replyTo } = event;
    if ((await store.get(id)) !== null) return "repeated";
    const takes = takeIdsOf(id, request.count);
    const admitted = await admission.admit({ requester, standing, place, request, jobId: id, takes });
    if (admitted.type === "denied") {
      const { denial } = admitted;
      const why = denial.type === "limit" ? denial.by.type : denial.type;
      telemetry({ type: "refused", platform: requester.platform, why });
      tellOfCeiling(denial);
      const entry = deniedEntry({ requester, place, request }, denial);
      if (entry !== null) owner.modLog.write(requester, entry);
      await asking.tell(wordsView("refusal", denialLine(denial)));
      return "denied";
    }
    try {
      const { terms } = admitted;
      const wish = { deliveryId, requester, place, terms, request, parentId, replyTo };
      return await generation.accept(wish, answer.reply);
    } catch (error) {
      // What is stored pays for itself; what never was gives its money back, now or by the sweep.
      const stored = await store.get(id).catch(() => undefined);
      if (stored === null) await admission.withdraw(takes).catch(() => undefined);
      throw error;
    }
  }

  /** The whole bot's ceiling is the owner's own decision, and nobody else can lift it. */
  function tellOfCeiling(denial: Denial): void {
    if (denial.type !== "limit" || denial.by.type !== "ceiling" || denial.by.scope !== "bot") return;
    const { period, microUsd } = denial.by;
    const name = periodOf(period, parts.clock.now());
    owner.alerts.tell(
      `ceiling ${name}`,
      [
        { type: "strong", text: "The ceiling is reached" },
        `: ${formatUsd(microUsd)} for the ${period} ${name} (UTC).`,
      ],
      [
        [
          "People who ask now are told when pictures are possible again. To raise it, set BUDGET_DAY_USD or BUDGET_MONTH_USD and restart.",
        ],
      ],
    );
  }

  return { ask };
}
