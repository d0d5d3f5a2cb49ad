import type { Denial } from "./admission.ts";
import { costOf } from "./charge.ts";
import type { ImageRequest, Job, Place, Requester } from "./model.ts";
import { formatUsd } from "./money.ts";
import { FAILURE_SENTENCES } from "./sentences.ts";
import { type Fact, type Line, type View, wordsView } from "./view.ts";

const strong = (text: string) => ({ type: "strong", text }) as const;
const person = ({ user, name }: Pick<Requester, "user" | "name">) =>
  ({ type: "person", user, name }) as const;
const code = (text: string) => ({ type: "code", text }) as const;

function whereOf(place: Place | null): Line {
  if (place === null) return [];
  return place.kind === "direct" ? [" in private"] : [" in ", { type: "channel", id: place.channel }];
}

const linkTo = (job: Job, text: string) =>
  ({ type: "job", jobId: job.id, messageKey: job.reply.messageKey, text }) as const;

function requestFacts(request: ImageRequest): readonly Fact[] {
  return request.no === null ? [] : [{ label: "Without", value: request.no }];
}

/** A job that ended by itself: painted, or not. Null for an end that is no news to moderators. */
export function endedEntry(job: Job): View | null {
  if (job.state === "cancelled") return null;
  const cost = costOf(job);
  const facts: readonly Fact[] = [
    ...requestFacts(job.request),
    { label: "Ratio", value: job.request.ratio },
    { label: "Seed", value: job.takes.map((take) => take.seed).join(", ") },
    ...(cost === null ? [] : [{ label: "Cost", value: formatUsd(cost) }]),
    { label: "Id", value: job.id },
  ];
  const head: Line =
    job.state === "done"
      ? [
          strong("Painted"),
          " for ",
          person(job.requester),
          ...whereOf(job.place),
          " · ",
          linkTo(job, "see it"),
        ]
      : [strong("No picture"), " for ", person(job.requester), ...whereOf(job.place)];
  const why: readonly Line[] = job.failure === null ? [] : [[FAILURE_SENTENCES[job.failure]]];
  return { ...wordsView("notice", head, why), prompt: job.request.prompt, facts };
}

/** A prompt that the blocklist stopped, or a person who is blocked and tried. */
export function deniedEntry(
  {
    requester,
    place,
    request,
  }: { readonly requester: Requester; readonly place: Place; readonly request: ImageRequest },
  denial: Denial,
): View | null {
  const head = (what: string): Line => [strong(what), " · ", person(requester), ...whereOf(place)];
  if (denial.type === "blocklist") {
    const lines: readonly Line[] = [["Entry ", code(denial.entry), " hit ", code(denial.seen)]];
    const facts = requestFacts(request);
    return { ...wordsView("notice", head("Stopped by the blocklist"), lines), prompt: request.prompt, facts };
  }
  if (denial.type !== "blocked") return null;
  return { ...wordsView("notice", head("Refused, because blocked")), prompt: request.prompt };
}

/** Somebody took a reply away. */
export function deletedEntry(job: Job, by: Requester): View {
  const whose: Line = by.user === job.requester.user ? [] : [", painted for ", person(job.requester)];
  const head: Line = [strong("Deleted"), " by ", person(by), ...whose, ...whereOf(job.place)];
  return {
    ...wordsView("notice", head),
    prompt: job.request.prompt,
    facts: [
      { label: "Seed", value: job.takes.map((take) => take.seed).join(", ") },
      { label: "Id", value: job.id },
    ],
  };
}

/** Somebody changed how things are. */
export function orderEntry(by: Requester, what: Line): View {
  return wordsView("notice", [person(by), " ", ...what]);
}
