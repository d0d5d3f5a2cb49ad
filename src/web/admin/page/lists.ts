import { byId, type Child, h, theirs, whenChanged } from "./dom.ts";
import { moment, platformName, usd } from "./format.ts";
import { gauge } from "./now.ts";
import { tableOf } from "./panel.ts";
import type { WirePerson, WireRequest, WireSpent, WireWorkspace } from "./wire.ts";

/** Who asks most, and what for. */
export function createPeople(): (people: readonly WirePerson[]) => void {
  const place = h("div", { class: "numbers" });
  byId("people", HTMLElement).append(place);
  return whenChanged((people) =>
    place.replaceChildren(
      tableOf({
        columns: ["Name", "Pictures", "Cost"],
        rows: people.map(({ name, platform, pictures, microUsd, unpriced }) => [
          h("span", {}, theirs(name), h("small", {}, ` ${platformName(platform)}`)),
          pictures.toLocaleString("en-US"),
          unpriced === 0 ? usd(microUsd) : unpriced === pictures ? "not known" : `over ${usd(microUsd)}`,
        ]),
      }),
    ),
  );
}

/** Workspaces against their ceilings; hidden where there is but one, without a ceiling of its own. */
export function createWorkspaces(): (workspaces: readonly WireWorkspace[]) => void {
  const section = byId("workspaces", HTMLElement);
  const place = h("div", { class: "numbers" });
  section.append(place);
  const cell = (spent: WireSpent, label: string): Child =>
    spent.ceiling === null
      ? usd(spent.microUsd)
      : h("span", {}, `${usd(spent.microUsd)} of ${usd(spent.ceiling)}`, gauge(spent, label));
  return whenChanged((workspaces) => {
    section.hidden =
      workspaces.length < 2 &&
      workspaces.every(({ budget: { day, month } }) => day.ceiling === null && month.ceiling === null);
    place.replaceChildren(
      tableOf({
        columns: ["Where", "Pictures", "Today", "This month"],
        rows: workspaces.map(({ platform, id, pictures, budget }) => {
          const name = id ?? "private messages";
          return [
            h("span", {}, theirs(name), h("small", {}, ` ${platformName(platform)}`)),
            pictures.toLocaleString("en-US"),
            cell(budget.day, `${name} today`),
            cell(budget.month, `${name} this month`),
          ];
        }),
      }),
    );
  });
}

const STATES: Readonly<Record<WireRequest["state"], string>> = {
  accepted: "waiting",
  queued: "waiting",
  running: "being painted",
  delivering: "being delivered",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

/** The newest requests, as text whatever is in them. */
export function createRecent(): (recent: readonly WireRequest[], now: number) => void {
  const list = h("ol", { class: "requests" });
  byId("recent", HTMLElement).append(list);
  const show = whenChanged((rows: readonly (WireRequest & { readonly when: string })[]) =>
    list.replaceChildren(...rows.map(requestRow)),
  );
  return (recent, now) => show(recent.map((request) => ({ ...request, when: moment(request.at, now) })));
}

function requestRow(request: WireRequest & { readonly when: string }): HTMLElement {
  const { when, name, platform, prompt, seeds, state, failure, microUsd, link, isDeleted } = request;
  const facts = [
    seeds.length > 0 ? `seed ${seeds.join(", ")}` : null,
    microUsd === null || microUsd === 0 ? null : usd(microUsd),
  ].filter((fact) => fact !== null);
  return h(
    "li",
    { class: "request" },
    h("p", { class: "when" }, when),
    prompt === null
      ? h("p", { class: "prompt private" }, "asked in a private conversation")
      : h("p", { class: "prompt" }, theirs(prompt)),
    h("p", { class: "who" }, theirs(name), h("small", {}, ` ${platformName(platform)}`)),
    h("p", { class: "facts" }, facts.join(" · ")),
    h("p", { class: "state", "data-state": state }, isDeleted ? "deleted" : (failure ?? STATES[state])),
    link === null
      ? h("span", { class: "open" })
      : h("a", { class: "open", href: link, target: "_blank", rel: "noreferrer noopener" }, "Open"),
  );
}
