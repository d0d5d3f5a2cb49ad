import type { BlocklistResult } from "./blocklist.ts";
import { blocklistRows, describeBlocklist } from "./blocklist-report.ts";
import type { DiscordResult } from "./discord.ts";
import { describeDiscord, discordRows } from "./discord-report.ts";
import type { MemoryResult } from "./memory.ts";
import type { NoticeResult, Side } from "./notice.ts";
import type { StartupResult } from "./startup.ts";
import { megabytes, ms, ratio } from "./units.ts";

/** Whatever was measured; null: left out. */
export interface Results {
  readonly notice: NoticeResult | null;
  readonly memory: MemoryResult | null;
  readonly startup: StartupResult | null;
  readonly discord: DiscordResult | null;
  readonly blocklist: BlocklistResult | null;
}

/** One line of the table: ours beside what it is compared with. */
export interface Row {
  readonly measure: string;
  readonly ours: string;
  /** Null: there is nothing to compare with. */
  readonly base: string | null;
  readonly ratio: string | null;
  readonly required: string | null;
  /** Null: nothing is required. */
  readonly met: boolean | null;
}

const MOST_NOTICED_MS = 50;
const LEAST_TIMES_SOONER = 5;
const MOST_CALLS_PER_SECOND = 3;
const MOST_MEMORY_MB = 250;
const MOST_START_MS = 3000;

/** The table: what was measured, ratios, what is required (issues "The main job", points 3 and 4, and "Discord", point 2). */
export function rowsOf({ notice, memory, startup, discord, blocklist }: Results): readonly Row[] {
  return [
    ...(notice === null ? [] : noticeRows(notice)),
    ...(memory === null ? [] : memoryRows(memory)),
    ...(startup === null ? [] : startupRows(startup)),
    ...(discord === null ? [] : discordRows(discord)),
    ...(blocklist === null ? [] : blocklistRows(blocklist)),
  ];
}

function noticeRows({ bot, plain, withoutStream }: NoticeResult): readonly Row[] {
  const sooner = plain.noticedMs.median / bot.noticedMs.median;
  const strict = {
    noticed: {
      required: `≤ ${MOST_NOTICED_MS} ms, ≥ ${LEAST_TIMES_SOONER}× sooner`,
      met: bot.noticedMs.median <= MOST_NOTICED_MS && sooner >= LEAST_TIMES_SOONER,
    },
    calls: {
      required: `≤ ${MOST_CALLS_PER_SECOND} a second`,
      met: bot.callsPerSecond.mean <= MOST_CALLS_PER_SECOND,
    },
  };
  const free = { noticed: NOTHING_REQUIRED, calls: NOTHING_REQUIRED };
  return [
    ...sideRows("", bot, plain, strict),
    ...(withoutStream === null
      ? []
      : sideRows("no stream to be had: ", withoutStream.bot, withoutStream.plain, free)),
  ];
}

type Requirement = Pick<Row, "required" | "met">;
const NOTHING_REQUIRED: Requirement = { required: null, met: null };

function sideRows(
  prefix: string,
  bot: Side,
  plain: Side,
  required: { readonly noticed: Requirement; readonly calls: Requirement },
): readonly Row[] {
  const line = (measure: string, ours: number, base: number, requirement = NOTHING_REQUIRED): Row => ({
    measure: prefix + measure,
    ours: ms(ours),
    base: ms(base),
    ratio: `${ratio(base / ours)}× sooner`,
    ...requirement,
  });
  return [
    line("finish noticed, median", bot.noticedMs.median, plain.noticedMs.median, required.noticed),
    line("finish noticed, 95th percentile", bot.noticedMs.p95, plain.noticedMs.p95),
    line("picture there, median", bot.pictureMs.median, plain.pictureMs.median),
    line("picture there, 95th percentile", bot.pictureMs.p95, plain.pictureMs.p95),
    {
      measure: `${prefix}status calls a second at fal, mean of takes`,
      ours: bot.callsPerSecond.mean.toFixed(2),
      base: plain.callsPerSecond.mean.toFixed(2),
      ratio: `${ratio(plain.callsPerSecond.mean / bot.callsPerSecond.mean)}× fewer`,
      ...required.calls,
    },
  ];
}

function memoryRows({ bot, plain, fillingBytes }: MemoryResult): readonly Row[] {
  const line = (measure: string, ours: number, base: number): Row => ({
    measure,
    ours: megabytes(ours),
    base: megabytes(base),
    ratio: `${ratio(ours / base)}× the memory`,
    ...NOTHING_REQUIRED,
  });
  return [
    {
      ...line("memory, highest in the process's life", bot.highestBytes, plain.highestBytes),
      required: `< ${MOST_MEMORY_MB} MB`,
      met: bot.highestBytes < MOST_MEMORY_MB * 1e6,
    },
    line("memory at rest", bot.idleBytes, plain.idleBytes),
    {
      measure: "memory while the stored jobs are painted",
      ours: megabytes(fillingBytes),
      base: null,
      ratio: null,
      ...NOTHING_REQUIRED,
    },
    line("memory with all takes at fal", bot.followingBytes, plain.followingBytes),
    line("memory while the pictures come", bot.burstBytes, plain.burstBytes),
  ];
}

function startupRows({ npmStartMs, nodeMs, bareNodeMs }: StartupResult): readonly Row[] {
  const line = (measure: string, value: number): Row => ({
    measure,
    ours: ms(value),
    base: ms(bareNodeMs.median),
    ratio: `${ratio(value / bareNodeMs.median)}× the time`,
    ...NOTHING_REQUIRED,
  });
  return [
    {
      ...line("`npm start` to healthy, median", npmStartMs.median),
      required: `≤ ${MOST_START_MS / 1000} s`,
      met: npmStartMs.median <= MOST_START_MS,
    },
    line("start without npm to healthy, median", nodeMs.median),
  ];
}

/** The rows as a Markdown table, which a terminal shows well enough too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ measure, ours, base, ratio: times, required, met }) => [
    measure,
    ours,
    base ?? "",
    times ?? "",
    required ?? "",
    met === null ? "" : met ? "✓" : "✗",
  ]);
  const head = ["", "imagine-bot", "compared with", "ratio", "required", ""];
  const widths = head.map((_, at) => Math.max(...[head, ...cells].map((row) => row[at]?.length ?? 0), 1));
  const lineOf = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [lineOf(head), rule, ...cells.map(lineOf)].join("\n");
}

/** What was run, in a sentence each. */
export function describe({ notice, memory, startup, discord, blocklist }: Results): readonly string[] {
  const lines: string[] = [];
  if (notice !== null) {
    const [shortest, longest] = notice.durationMs.map((value) => value / 1000);
    lines.push(
      `Noticing: ${notice.takes} takes each, ${notice.inFlight} at once, ${shortest} to ${longest} s at fal, ` +
        `pictures of ${notice.pictureBytes / 1e6} MB; compared with a \`fal.subscribe\` loop at the same time.`,
    );
    if (notice.violations.length > 0)
      lines.push(`Rules of fal's that were broken: ${notice.violations.join(" ")}`);
  }
  if (memory !== null) {
    const { bot, plain } = memory;
    lines.push(
      `Memory: ${memory.stored} jobs stored, ${memory.atFal} more at fal, ${memory.pictures} pictures of ` +
        `${memory.pictureBytes / 1e6} MB finished within ${ms(bot.finishedWithinMs)} and there ` +
        `${ms(bot.allThereMs)} after the last; compared with a \`fal.subscribe\` loop (nothing stored, ` +
        `finished within ${ms(plain.finishedWithinMs)}, there after ${ms(plain.allThereMs)}).`,
    );
  }
  if (startup !== null)
    lines.push(`Start: median of ${startup.npmStartMs.count}, once built; compared with \`node -e 0\`.`);
  if (discord !== null) lines.push(...describeDiscord(discord));
  if (blocklist !== null) lines.push(...describeBlocklist(blocklist));
  return lines;
}
