import { PLATFORMS, type PlatformName } from "./stage.ts";
import { endsOn, STEPS, type Step } from "./steps.ts";

const HEADINGS: Readonly<Record<PlatformName, string>> = {
  playground: "playground",
  discord: "Discord",
  slack: "Slack",
};

/** One cell in words. */
export function cellText(ends: readonly string[], submits: number): string {
  return `${ends.toSorted().join(" + ")} · ${submits} submit${submits === 1 ? "" : "s"}`;
}

/** What is promised for a cell. */
export function promised(step: Step, platform: PlatformName): string {
  return cellText(endsOn(step, platform), step.submits);
}

/** The matrix as a table of Markdown; `text` says what stands in a cell. */
export function crashTable(text: (step: Step, platform: PlatformName) => string): string {
  const rows = STEPS.map((step) => [
    step.name,
    step.moment,
    ...PLATFORMS.map((platform) => text(step, platform)),
  ]);
  const head = ["killed at", "the moment", ...PLATFORMS.map((platform) => HEADINGS[platform])];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
