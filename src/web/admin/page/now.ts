import { byId, type Child, h, whenChanged } from "./dom.ts";
import { count, moment, platformName, usd } from "./format.ts";
import type { Dashboard, WireDay, WireLine, WirePlatform, WireSpent } from "./wire.ts";

/** From this share of a ceiling on a gauge warns. */
const NEAR_CEILING = 0.8;

/** The tiles on top: today, money against ceilings, the line. */
export function createTiles(): (dashboard: Dashboard) => void {
  const today = tile("today", (day: WireDay) => [
    big(day.done.toLocaleString("en-US")),
    note(day.done === 1 ? "picture today" : "pictures today"),
    small(
      [day.failed > 0 && `${day.failed} failed`, day.cancelled > 0 && `${day.cancelled} cancelled`]
        .filter((part) => part !== false)
        .join(" · ") || "none failed",
    ),
  ]);
  const line = tile("line", (now: WireLine) => lineParts(now));
  const spentToday = tile("spent-day", (spent: WireSpent) => spentParts("today", spent));
  const spentThisMonth = tile("spent-month", (spent: WireSpent) => spentParts("this month", spent));
  return (dashboard) => {
    const latest = dashboard.history.days.at(-1);
    if (latest !== undefined) today(latest);
    spentToday(dashboard.money.bot.day);
    spentThisMonth(dashboard.money.bot.month);
    line(dashboard.line);
  };
}

function tile<T>(id: string, parts: (value: T) => readonly Child[]): (value: T) => void {
  const element = byId(id, HTMLElement);
  return whenChanged((value) => element.replaceChildren(...parts(value).filter((part) => part !== null)));
}

const big = (text: string) => h("p", { class: "big" }, text);
const note = (text: string) => h("p", { class: "note" }, text);
const small = (text: string) => h("p", { class: "small" }, text);

function spentParts(when: string, spent: WireSpent): readonly Child[] {
  return [
    big(usd(spent.microUsd)),
    note(`spent ${when}`),
    spent.ceiling === null ? null : gauge(spent, `Spent ${when}`),
    small(spent.ceiling === null ? "no ceiling set" : `of ${usd(spent.ceiling)}`),
  ];
}

/** How much of a ceiling is used up. */
export function gauge({ microUsd, ceiling }: WireSpent, label: string): HTMLElement {
  const share = ceiling === null || ceiling === 0 ? 1 : microUsd / ceiling;
  const percent = Math.round(share * 100);
  const level = share >= 1 ? "full" : share >= NEAR_CEILING ? "near" : "fine";
  const fill = h("span", { class: "gauge-fill" });
  fill.style.inlineSize = `${Math.min(percent, 100)}%`;
  return h(
    "div",
    {
      class: "gauge",
      role: "meter",
      "aria-label": label,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": String(Math.min(percent, 100)),
      "aria-valuetext": `${usd(microUsd)} of ${usd(ceiling ?? 0)}, ${percent} %`,
      "data-level": level,
    },
    fill,
  );
}

function lineParts({ waiting, running, atOnce, isPaused }: WireLine): readonly Child[] {
  if (isPaused)
    return [
      h("p", { class: "big bad" }, "Paused"),
      note(`${count(waiting + running, "picture")} in line`),
      small("fal refuses the account: check its key and balance, and FAL_MODEL. Nothing that waits is lost."),
    ];
  return [
    big(waiting.toLocaleString("en-US")),
    note("waiting in line"),
    small(`${running} being painted, ${atOnce} at once at most`),
  ];
}

/** One line for each platform. */
export function createPlatforms(): (platforms: readonly WirePlatform[], now: number) => void {
  const list = byId("platforms", HTMLElement);
  const show = whenChanged((rows: readonly { name: string; isConnected: boolean; since: string }[]) =>
    list.replaceChildren(
      ...rows.map(({ name, isConnected, since }) =>
        h(
          "li",
          { class: isConnected ? "platform well" : "platform unwell" },
          h("strong", {}, name),
          ` ${isConnected ? "connected" : "not connected"} since ${since}`,
        ),
      ),
    ),
  );
  return (platforms, now) =>
    show(
      platforms.map(({ name, isConnected, since }) => ({
        name: platformName(name),
        isConnected,
        since: moment(since, now),
      })),
    );
}
