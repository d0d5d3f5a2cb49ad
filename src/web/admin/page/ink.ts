import type { Chart as ChartClass } from "chart.js";

declare global {
  /** Chart.js, from chart.umd.min.js. */
  const Chart: typeof ChartClass;
}

/** The page's colours, as a canvas needs them: it knows neither custom properties nor light-dark(). */
export type Ink = ReturnType<typeof readInk>;

/** The colours as they are now, light or dark. */
export function readInk() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const ink = {
    soft: colour("soft"),
    line: colour("line"),
    surface: colour("surface"),
    accent: colour("accent"),
    good: colour("good"),
    bad: colour("bad"),
    warm: colour("warm"),
    quiet: colour("quiet"),
  };
  probe.remove();
  return ink;
}
