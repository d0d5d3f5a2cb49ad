import type { LedgerLimit, LedgerRules } from "./ledger.ts";
import type { ImageRequest, JobId, Place, Requester, Standing, TakeId, Terms } from "./model.ts";
import { personOf, workspaceOf } from "./model.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { Rules } from "./policy/policies.ts";
import { type Access, type Block, limitsFor, type Pause } from "./policy/policy.ts";

/** Somebody who wants a picture painted. */
export interface Applicant {
  readonly requester: Requester;
  readonly standing: Standing;
  readonly place: Place;
  readonly request: ImageRequest;
  readonly jobId: JobId;
  readonly takes: readonly TakeId[];
}

/** Why somebody gets no picture. */
export type Denial =
  | { readonly type: "blocked"; readonly block: Block }
  | { readonly type: "direct" | "channel" | "role" | "age" }
  | { readonly type: "paused"; readonly pause: Pause }
  | { readonly type: "blocklist"; readonly entry: string; readonly seen: string }
  | { readonly type: "limit"; readonly by: LedgerLimit; readonly until: number | null };

export type Admitted =
  | { readonly type: "admitted"; readonly terms: Terms }
  | { readonly type: "denied"; readonly denial: Denial };

/** Stands before every new job: who, where, what, and whether the money is there, which it sets aside. */
export interface Admission {
  /** @throws BotError `store`. */
  admit(applicant: Applicant): Promise<Admitted>;
  /** Gives the money back of a job that was not stored after all. */
  withdraw(takes: readonly TakeId[]): Promise<void>;
}

export function createAdmission(parts: OwnerParts): Admission {
  const { policies, ledger, promptCheck, price, botCeilings, clock } = parts;

  async function admit(applicant: Applicant): Promise<Admitted> {
    const { requester, place, request } = applicant;
    const denied = (denial: Denial): Admitted => ({ type: "denied", denial });
    const workspace = workspaceOf(requester);
    const rules = await policies.of(workspace);
    const block = await policies.blockOf(requester, clock.now());
    if (block !== null) return denied({ type: "blocked", block });
    const barred = barredBy(applicant, rules);
    if (barred !== null) return denied({ type: barred });
    if (rules.settings.pause !== null) return denied({ type: "paused", pause: rules.settings.pause });
    const hit = promptCheck.for(workspace, rules.settings).match(wordsOf(request));
    if (hit !== null) return denied({ type: "blocklist", ...hit });
    // Not marked, where the platform has such marks, or not known: only "yes" is yes.
    const isOutside = place.kind === "channel" && place.ageRestricted === false;
    if (isOutside && rules.policy.outside === "refuse") return denied({ type: "age" });

    const microUsd = price();
    const { jobId: job, takes } = applicant;
    const reserved = await ledger.reserve(
      { job, takes, workspace, person: personOf(requester), at: clock.now(), microUsd },
      rulesFor(rules, applicant.standing),
    );
    if (reserved.type === "refused") return denied({ type: "limit", by: reserved.by, until: reserved.until });
    return {
      type: "admitted",
      terms: {
        microUsd,
        showCost: rules.policy.showCost,
        spoiler: isOutside && rules.policy.outside === "spoiler",
      },
    };
  }

  function rulesFor({ policy, settings }: Rules, standing: Standing): LedgerRules {
    const limits = limitsFor(policy, settings.roles, standing.roles);
    const ceilings = [
      ["bot", "day", botCeilings.day],
      ["bot", "month", botCeilings.month],
      ["workspace", "day", policy.dayMicroUsd],
      ["workspace", "month", policy.monthMicroUsd],
      ["person", "day", limits.personDayMicroUsd],
      ["person", "month", limits.personMonthMicroUsd],
    ] as const;
    return {
      ceilings: ceilings.flatMap(([scope, period, microUsd]) =>
        microUsd === null ? [] : [{ scope, period, microUsd }],
      ),
      perHour: limits.perHour,
      waiting: limits.waiting,
      waitingHere: policy.waitingHere,
      cooldownMs: limits.cooldownSeconds === null ? null : limits.cooldownSeconds * 1000,
    };
  }

  return {
    admit,
    async withdraw(takes) {
      for (const take of takes) await ledger.refund(take);
    },
  };
}

/** Which rule about places and roles keeps somebody out. Those who look after the place are never kept out by it. */
function barredBy(
  { place, standing }: Applicant,
  { policy, settings }: Rules,
): "direct" | "channel" | "role" | null {
  if (place.kind === "direct") return policy.directMessages ? null : "direct";
  if (!admits(settings.channels, [place.channel])) return "channel";
  if (standing.moderator || standing.owner) return null;
  return admits(settings.members, standing.roles) ? null : "role";
}

/** Denied outweighs allowed; with nothing allowed by name everybody is. */
const admits = ({ allowed, denied }: Access, ids: readonly string[]): boolean =>
  !ids.some((id) => denied.includes(id)) && (allowed.length === 0 || ids.some((id) => allowed.includes(id)));

/** Everything of a request that is words; what must not appear is shown to people too. */
const wordsOf = ({ prompt, no }: ImageRequest): string => (no === null ? prompt : `${prompt}\n${no}`);
