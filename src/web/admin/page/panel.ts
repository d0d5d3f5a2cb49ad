import type { Chart as ChartClass, ChartConfiguration, TooltipItem } from "chart.js";
import { type Child, h, whenChanged } from "./dom.ts";
import { type Ink, readInk } from "./ink.ts";

export type Configuration = ChartConfiguration<"bar" | "line">;

/** A table in words: the numbers of a chart, or of a card. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Child[])[];
}

export interface PanelOptions<T> {
  /** What the chart shows, in a sentence or two. */
  readonly summary: (value: T) => string;
  readonly table: (value: T) => Table;
  readonly chart: (value: T, ink: Ink) => Configuration;
  /** What to say where there is nothing to draw. */
  readonly nothing: (value: T) => string | null;
}

/** A chart with its numbers as a table below it. Returns what shows a value in it. */
export function createPanel<T>(section: HTMLElement, options: PanelOptions<T>): (value: T) => void {
  // The sentence below says the same to people who listen.
  const canvas = h("canvas", { "aria-hidden": "true" });
  const summary = h("p", { class: "small" });
  const numbers = h("div", { class: "numbers" });
  const plot = h("div", { class: "plot" }, canvas);
  const details = h("details", {}, h("summary", {}, "Show numbers"), numbers);
  const nothing = h("p", { class: "nothing" });
  section.append(plot, summary, nothing, details);
  let chart: ChartClass<"bar" | "line"> | null = null;
  let shown: T | null = null;

  function draw(value: T): void {
    const configuration = options.chart(value, readInk());
    if (chart === null) chart = new Chart(canvas, configuration);
    else {
      chart.data = configuration.data;
      if (configuration.options !== undefined) chart.options = configuration.options;
      chart.update("none");
    }
  }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (shown !== null) draw(shown);
  });

  return whenChanged((value) => {
    const sentence = options.nothing(value);
    plot.hidden = summary.hidden = details.hidden = sentence !== null;
    nothing.hidden = sentence === null;
    nothing.textContent = sentence;
    if (sentence !== null) return;
    shown = value;
    summary.textContent = options.summary(value);
    numbers.replaceChildren(tableOf(options.table(value)));
    draw(value);
  });
}

/** A table whose first column names its rows and whose others are right-aligned numbers. */
export function tableOf({ columns, rows }: Table): HTMLTableElement {
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))),
    h(
      "tbody",
      {},
      ...rows.map(([name = "", ...cells]) =>
        h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell))),
      ),
    ),
  );
}

/** What all charts here have in common: no animation, no frame, quiet lines, one tooltip for a whole column. */
export function calmOptions(ink: Ink, format: (value: number) => string) {
  return {
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    plugins: {
      legend: {
        position: "bottom",
        labels: { color: ink.soft, boxWidth: 8, boxHeight: 8, padding: 14, usePointStyle: true },
      },
      tooltip: {
        usePointStyle: true,
        boxPadding: 4,
        callbacks: {
          label: ({ dataset, raw }: TooltipItem<"bar" | "line">) =>
            `${dataset.label ?? ""}: ${format(Number(raw))}`,
        },
      },
    },
  } as const;
}

/** A scale of names, and one of numbers. */
export function scales(ink: Ink, format: (value: number) => string) {
  const border = { display: false };
  return {
    names: {
      border,
      grid: { display: false },
      ticks: { color: ink.soft, maxRotation: 0, autoSkipPadding: 16 },
    },
    numbers: {
      border,
      beginAtZero: true,
      grid: { color: ink.line },
      ticks: {
        color: ink.soft,
        maxTicksLimit: 6,
        callback: (value: string | number) => format(Number(value)),
      },
    },
  };
}
