import { byId } from "./dom.ts";
import { count, dayName, duration, usd } from "./format.ts";
import type { Ink } from "./ink.ts";
import { type Configuration, calmOptions, createPanel, scales } from "./panel.ts";
import type { WireDay, WireHistory, WireLeg, WireMoney } from "./wire.ts";

const plain = (value: number) => value.toLocaleString("en-US");
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const names = (days: readonly { readonly day: string }[]) => days.map(({ day }) => dayName(day));

/** Bars of one colour, also under the pointer. */
const filled = (colour: string) =>
  ({
    backgroundColor: colour,
    hoverBackgroundColor: colour,
    borderRadius: 2,
    pointStyle: "rectRounded",
  }) as const;

/** Pictures per day, by how they ended. */
export function createPicturesChart(): (days: readonly WireDay[]) => void {
  return createPanel<readonly WireDay[]>(byId("pictures", HTMLElement), {
    nothing: () => null,
    summary: (days) =>
      `In ${days.length} days: ${count(sum(days.map(({ done }) => done)), "picture")} done, ` +
      `${plain(sum(days.map(({ failed }) => failed)))} failed, ${plain(sum(days.map(({ cancelled }) => cancelled)))} cancelled.`,
    table: (days) => ({
      columns: ["Day", "Done", "Failed", "Cancelled"],
      rows: days
        .toReversed()
        .map(({ day, done, failed, cancelled }) => [
          dayName(day),
          plain(done),
          plain(failed),
          plain(cancelled),
        ]),
    }),
    chart: (days, ink) => {
      const bars = (label: string, colour: string, data: readonly number[]) => ({
        label,
        data: [...data],
        ...filled(colour),
        borderColor: ink.surface,
        borderWidth: { top: 1 },
      });
      return stacked(ink, names(days), [
        bars(
          "Done",
          ink.accent,
          days.map(({ done }) => done),
        ),
        bars(
          "Failed",
          ink.bad,
          days.map(({ failed }) => failed),
        ),
        bars(
          "Cancelled",
          ink.quiet,
          days.map(({ cancelled }) => cancelled),
        ),
      ]);
    },
  });
}

function stacked(ink: Ink, labels: string[], datasets: Configuration["data"]["datasets"]): Configuration {
  const { names: x, numbers: y } = scales(ink, plain);
  return {
    type: "bar",
    data: { labels, datasets },
    options: {
      ...calmOptions(ink, plain),
      scales: {
        x: { ...x, stacked: true },
        y: { ...y, stacked: true, ticks: { ...y.ticks, precision: 0 } },
      },
    },
  };
}

/** How far above the dearest day a ceiling may lie and still be drawn: farther up it would flatten every bar. */
const CEILING_IN_SIGHT = 4;

/** Money per day against the day's ceiling. */
export function createMoneyChart(): (money: WireMoney) => void {
  return createPanel<WireMoney>(byId("money", HTMLElement), {
    nothing: ({ days }) =>
      sum(days.map(({ microUsd }) => microUsd)) === 0 ? "Nothing was spent in this time." : null,
    summary: ({ days, bot }) =>
      `In ${days.length} days: ${usd(sum(days.map(({ microUsd }) => microUsd)))} spent, ` +
      `${usd(Math.max(...days.map(({ microUsd }) => microUsd)))} on the dearest day; ` +
      `${bot.day.ceiling === null ? "no ceiling for a day" : `the ceiling is ${usd(bot.day.ceiling)} a day`}.`,
    table: ({ days }) => ({
      columns: ["Day", "Spent"],
      rows: days.toReversed().map(({ day, microUsd }) => [dayName(day), usd(microUsd)]),
    }),
    chart: ({ days, bot }, ink) => {
      const spent = days.map(({ microUsd }) => microUsd);
      const { ceiling } = bot.day;
      const isInSight = ceiling !== null && ceiling <= CEILING_IN_SIGHT * Math.max(...spent);
      const { names: x, numbers: y } = scales(ink, usd);
      return {
        type: "bar",
        data: {
          labels: names(days),
          datasets: [
            {
              label: "Spent",
              data: spent,
              ...filled(ink.good),
            },
            ...(ceiling === null
              ? []
              : [
                  {
                    type: "line" as const,
                    label: isInSight ? "Ceiling" : `Ceiling (${usd(ceiling)}, far above)`,
                    data: isInSight ? days.map(() => ceiling) : [],
                    borderColor: ink.bad,
                    backgroundColor: ink.bad,
                    borderDash: [5, 4],
                    borderWidth: 1.5,
                    pointStyle: "line",
                    pointRadius: 0,
                    pointHitRadius: 0,
                  },
                ]),
          ],
        },
        options: { ...calmOptions(ink, usd), scales: { x, y } },
      };
    },
  });
}

const LEGS = [
  { leg: "waiting", label: "Waiting in line", word: "waiting", ink: "warm" },
  { leg: "painting", label: "Being painted", word: "painting", ink: "accent" },
  { leg: "delivery", label: "Being delivered", word: "delivery", ink: "good" },
] as const satisfies readonly { leg: WireLeg; label: string; word: string; ink: keyof Ink }[];

function spreads(times: WireHistory["times"], which: "half" | "most"): string {
  return LEGS.map(({ leg, word }) => `${duration(times[leg]?.[which] ?? 0)} ${word}`).join(", ");
}

/** Typical times, day by day, and over all days. */
export function createTimesChart(): (history: Pick<WireHistory, "days" | "times">) => void {
  return createPanel<Pick<WireHistory, "days" | "times">>(byId("times", HTMLElement), {
    nothing: ({ times }) => (times.painting === null ? "No picture was finished in this time." : null),
    summary: ({ times }) =>
      `Half within: ${spreads(times, "half")}. Nine in ten within: ${spreads(times, "most")}.`,
    table: ({ days }) => ({
      columns: ["Day (median)", ...LEGS.map(({ label }) => label)],
      rows: days
        .toReversed()
        .map(({ day, medians }) => [
          dayName(day),
          ...LEGS.map(({ leg }) => (medians[leg] === null ? "–" : duration(medians[leg]))),
        ]),
    }),
    chart: ({ days }, ink) => {
      const { names: x, numbers: y } = scales(ink, duration);
      return {
        type: "line",
        data: {
          labels: names(days),
          datasets: LEGS.map(({ leg, label, ink: colour }) => ({
            label,
            data: days.map(({ medians }) => medians[leg]),
            borderColor: ink[colour],
            backgroundColor: ink[colour],
            borderWidth: 2,
            pointRadius: 1.5,
            pointStyle: "rectRounded",
            spanGaps: true,
          })),
        },
        options: { ...calmOptions(ink, duration), scales: { x, y } },
      };
    },
  });
}

/** Failed pictures by kind. */
export function createFailuresChart(): (history: Pick<WireHistory, "failures" | "days">) => void {
  return createPanel<Pick<WireHistory, "failures" | "days">>(byId("failures", HTMLElement), {
    nothing: ({ failures }) => (failures.length === 0 ? "None failed in this time." : null),
    summary: ({ failures, days }) => {
      const failed = sum(failures.map(({ pictures }) => pictures));
      const all = sum(days.map((day) => day.done + day.failed + day.cancelled));
      return `${plain(failed)} of ${count(all, "picture")} failed: ${Math.round((100 * failed) / all)} %.`;
    },
    table: ({ failures }) => ({
      columns: ["Why", "Pictures"],
      rows: failures.map(({ name, pictures }) => [name, plain(pictures)]),
    }),
    chart: ({ failures }, ink) => {
      const { names: y, numbers: x } = scales(ink, plain);
      const options = calmOptions(ink, plain);
      return {
        type: "bar",
        data: {
          labels: failures.map(({ name }) => name),
          datasets: [
            {
              label: "Pictures",
              data: failures.map(({ pictures }) => pictures),
              ...filled(ink.bad),
              maxBarThickness: 18,
            },
          ],
        },
        options: {
          ...options,
          indexAxis: "y",
          interaction: { mode: "index", axis: "y", intersect: false },
          plugins: { ...options.plugins, legend: { display: false } },
          scales: {
            x: { ...x, ticks: { ...x.ticks, precision: 0 } },
            y: { ...y, ticks: { ...y.ticks, autoSkip: false } },
          },
        },
      };
    },
  });
}
