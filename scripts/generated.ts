import { DISCORD_FEATURES } from "../adapters/discord/features.ts";
import { PLAYGROUND_FEATURES } from "../adapters/playground/features.ts";
import { SLACK_FEATURES } from "../adapters/slack/features.ts";
import { FEATURES, type Feature } from "../src/core/features.ts";
import { SETTINGS, type Setting, type SettingGroup } from "../src/settings.ts";

/** A file with a part that is written by `npm run docs` and tested to be up to date. */
export interface GeneratedFile {
  readonly path: string;
  /** The whole new text, given the present one. */
  render(present: string): string;
}

const groups = (): readonly SettingGroup[] => [...new Set(SETTINGS.map((setting) => setting.group))];

/** `.env.example`: every variable, commented out, with its meaning and default. */
export function renderEnvExample(): string {
  const lines = [
    "# Copy this file to .env and set what you need. Everything is optional: with nothing set, the playground",
    "# and the built-in simulator run. Written by `npm run docs` from src/settings.ts; do not edit by hand.",
  ];
  for (const group of groups()) {
    lines.push("", `# ${group}`);
    for (const { name, meaning, fallback } of SETTINGS.filter((setting) => setting.group === group))
      lines.push(`# ${plain(meaning)}`, `#${name}=${fallback ?? ""}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The configuration table of the README. */
export function renderSettingsTable(): string {
  const rows = SETTINGS.map(({ name, meaning, fallback }: Setting) => {
    const shown = fallback === null ? "" : `\`${fallback}\``;
    return `| \`${name}\` | ${meaning.replaceAll("|", "\\|")} | ${shown} |`;
  });
  return ["| variable | meaning | default |", "|---|---|---|", ...rows].join("\n");
}

/** What works where, as the adapters declare it. */
export function renderParityTable(): string {
  const rows = (Object.entries(FEATURES) as [Feature, string][]).map(
    ([feature, label]) =>
      `| ${label} | ${DISCORD_FEATURES[feature]} | ${SLACK_FEATURES[feature]} | ${PLAYGROUND_FEATURES[feature]} |`,
  );
  return ["| | Discord | Slack | playground |", "|---|---|---|---|", ...rows].join("\n");
}

const plain = (text: string): string => text.replaceAll("`", "");

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function replaceBetween(text: string, name: string, part: string): string {
  const open = `<!-- ${name} -->`;
  const close = `<!-- /${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`The marks ${open} and ${close} are missing.`);
  return `${text.slice(0, start + open.length)}\n${part}\n${text.slice(end)}`;
}

export const GENERATED: readonly GeneratedFile[] = [
  { path: ".env.example", render: renderEnvExample },
  {
    path: "README.md",
    render: (present) =>
      replaceBetween(
        replaceBetween(present, "settings", renderSettingsTable()),
        "parity",
        renderParityTable(),
      ),
  },
];
