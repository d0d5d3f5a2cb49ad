import type { DiscordResult, DiscordSide } from "./discord.ts";
import type { Row } from "./report.ts";
import { megabytes, ms, ratio } from "./units.ts";

/** Discord waits so long. Source: interactions/receiving-and-responding. */
const MOST_ACK_MS = 3000;
/** "Within seconds of fal's finish". */
const MOST_PICTURE_MS = 10_000;

/** The rows of the part `discord` (issue "Discord", point 2). */
export function discordRows({ bot, plain }: DiscordResult): readonly Row[] {
  const free = { required: null, met: null };
  const time = (measure: string, ours: number, base: number): Row => ({
    measure: `Discord: ${measure}`,
    ours: ms(ours),
    base: ms(base),
    ratio: `${ratio(base / Math.max(1, ours))}× sooner`,
    ...free,
  });
  const count = (measure: string, of: (side: DiscordSide) => number, required: number | null): Row => ({
    measure: `Discord: ${measure}`,
    ours: String(of(bot)),
    base: String(of(plain)),
    ratio: null,
    required: required === null ? null : String(required),
    met: required === null ? null : of(bot) === required,
  });
  return [
    time("acknowledged, median", bot.ackMs.median, plain.ackMs.median),
    {
      ...time("acknowledged, last", bot.ackMs.max, plain.ackMs.max),
      required: "all < 3 s",
      met: bot.ackMs.max < MOST_ACK_MS && bot.unacknowledged === 0,
    },
    time("finish noticed, median", bot.noticedMs.median, plain.noticedMs.median),
    time("picture in the message, median", bot.pictureMs.median, plain.pictureMs.median),
    time("picture in the message, 95th percentile", bot.pictureMs.p95, plain.pictureMs.p95),
    {
      ...time("picture in the message, last", bot.pictureMs.max, plain.pictureMs.max),
      required: `all ≤ ${MOST_PICTURE_MS / 1000} s`,
      met: bot.pictureMs.max <= MOST_PICTURE_MS && bot.missing === 0,
    },
    count("pictures missing", ({ missing }) => missing, 0),
    count("commands never acknowledged", ({ unacknowledged }) => unacknowledged, 0),
    count("pictures in another message than the answer", ({ elsewhere }) => elsewhere, null),
    count("answers 429", ({ tooMany }) => sum(tooMany), 0),
    count("other refusals", ({ refusals }) => sum(refusals), null),
    {
      measure: "Discord: memory, highest in the process's life",
      ours: megabytes(bot.highestBytes),
      base: megabytes(plain.highestBytes),
      ratio: `${ratio(plain.highestBytes / bot.highestBytes)}× less`,
      required: "less",
      met: bot.highestBytes < plain.highestBytes,
    },
  ];
}

/** What was run, in sentences. */
export function describeDiscord(result: DiscordResult): readonly string[] {
  const { jobs, perSecond, durationMs, pictureBytes, bot, plain } = result;
  const [shortest, longest] = durationMs.map((value) => value / 1000);
  const refused = [...told("the bot", bot), ...told("the plain bot", plain)];
  return [
    `Discord: ${jobs} slash commands at ${perSecond} a second to each, ${bot.mostAtFal} (plain: ` +
      `${plain.mostAtFal}) at fal at once, ${shortest} to ${longest} s there, pictures of ` +
      `${pictureBytes / 1e6} MB; ${bot.progressEdits.mean.toFixed(1)} (plain: ` +
      `${plain.progressEdits.mean.toFixed(1)}) progress edits of each message; compared with a bot of discord.js ` +
      "and `fal.subscribe`, one after the other.",
    `Discord: processor time ${processors("bot", bot)}; ${processors("plain bot", plain)}.`,
    ...(refused.length === 0 ? [] : [`Discord refused: ${refused.join("; ")}.`]),
  ];
}

function processors(who: string, { processorSeconds: used, tookSeconds }: DiscordSide): string {
  return (
    `${used.bot.toFixed(1)} s the ${who}, ${used.discord.toFixed(1)} s its Discord, ` +
    `${used.fal.toFixed(1)} s its fal, within ${tookSeconds.toFixed(0)} s`
  );
}

function told(who: string, { tooMany, refusals, problems }: DiscordSide): readonly string[] {
  const counts = Object.entries({ ...prefixed(tooMany), ...refusals }).map(([what, n]) => `${n}× ${what}`);
  const said = problems.length === 0 ? "" : ` (it says: ${problems.join(" / ")})`;
  return counts.length === 0 && said === "" ? [] : [`${who} ${counts.join(", ")}${said}`];
}

function prefixed(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([route, n]) => [`${route} 429`, n]));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
