import { h } from "./dom.ts";
import type { Page } from "./page.ts";
import { type Part, patch } from "./patch.ts";
import { duration } from "./ticker.ts";
import type { WireView } from "./wire.ts";

type Progress = NonNullable<WireView["progress"]>;

/** A bar and its times, counted here; with a known ratio, on a canvas of the shape the picture will have. */
export function progressPart(view: WireView, progress: Progress, page: Page): Part {
  const ratio = ratioOf(view);
  return {
    key: "progress",
    data: ratio,
    make: () => {
      const panel = h("div", { class: "panel" });
      if (ratio === null) return h("div", { class: "progress" }, panel);
      const frame = h(
        "div",
        { class: "frame canvas" },
        h("div", { class: "wash", attrs: { "aria-hidden": "true" } }),
        panel,
      );
      shape(frame, ratio);
      return h("div", { class: "mat" }, frame);
    },
    update: (element) => {
      element.dataset["kind"] = view.kind;
      const panel = element.querySelector<HTMLElement>(".panel");
      if (panel !== null) patch(panel, panelParts(view, progress, page));
    },
  };
}

function panelParts(view: WireView, progress: Progress, page: Page): Part[] {
  const { since, expectedAt, log } = progress;
  const parts: Part[] = [
    {
      key: "bar",
      data: [since, expectedAt, view.kind],
      make: () => bar(view, since, expectedAt, page),
    },
  ];
  if (log !== null) {
    parts.push({
      key: "log",
      data: null,
      make: () => h("p", { class: "log" }),
      update: (element) => {
        element.textContent = log;
      },
    });
  }
  return parts;
}

function bar(view: WireView, since: number, expectedAt: number | null, page: Page): HTMLElement {
  const fill = h("span", { class: "bar-fill" });
  const track = h(
    "div",
    {
      class: expectedAt === null ? "bar unknown" : "bar",
      attrs: {
        role: "progressbar",
        "aria-label": view.kind === "waiting" ? "Time in line" : "Progress",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
      },
    },
    fill,
  );
  const elapsed = h("span", { class: "elapsed" });
  const expected = h("span", { class: "expected" });
  const block = h("div", { class: "times" }, track, h("p", { class: "time-row" }, elapsed, expected));
  page.ticker.follow(block, (now) => {
    const passed = Math.max(now - since, 0);
    elapsed.textContent = duration(passed);
    if (expectedAt === null) return;
    const left = expectedAt - now;
    expected.textContent = left > 1500 ? `about ${duration(left)} to go` : "any moment now";
    const percent = Math.round(fractionOf(passed, expectedAt - since) * 100);
    fill.style.setProperty("inline-size", `${percent}%`);
    track.setAttribute("aria-valuenow", String(percent));
    track.setAttribute("aria-valuetext", `${duration(passed)} so far, ${expected.textContent}`);
  });
  return block;
}

/** Straight up to nine tenths of the expected time, then ever slower: a bar that is full would be a lie. */
function fractionOf(passedMs: number, wholeMs: number): number {
  const fraction = passedMs / Math.max(wholeMs, 1);
  return fraction < 0.9 ? fraction : 0.9 + 0.08 * (1 - Math.exp((0.9 - fraction) * 2));
}

/** The shape the picture will have, where one of the facts says so. */
function ratioOf(view: WireView): string | null {
  return view.facts.find((fact) => /^\d{1,2}:\d{1,2}$/.test(fact.value))?.value ?? null;
}

/** Gives a frame the shape of its picture before that is there, so that nothing moves when it comes. */
export function shape(frame: HTMLElement, ratio: string): void {
  const [width = "1", height = "1"] = ratio.split(":");
  frame.style.setProperty("--ratio", String(Number(width) / Number(height)));
}
