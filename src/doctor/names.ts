import { closestMatch } from "leven";

const OUR_PREFIX = /^(FAL|DISCORD|SLACK)_/i;

/** The name that was probably meant by one that is not known; null when none comes near. */
export function likelyName(name: string, known: readonly string[]): string | null {
  const wanted = name.toUpperCase();
  const typo = closestMatch(wanted, known, { maxDistance: wanted.length < 6 ? 1 : 2 });
  return typo ?? known.find((one) => isOneWordApart(wanted, one)) ?? null;
}

/** Whether a variable of the whole machine seems to be meant for this bot. */
export function looksLikeOurs(name: string, known: readonly string[]): boolean {
  if (OUR_PREFIX.test(name)) return true;
  // Short names come near ours by chance: HOME is no HOST.
  return name.length >= 8 && closestMatch(name.toUpperCase(), known, { maxDistance: 2 }) !== undefined;
}

/** FAL_API_KEY and FAL_KEY, SLACK_TOKEN and SLACK_BOT_TOKEN. */
function isOneWordApart(a: string, b: string): boolean {
  const [short = [], long = []] = [a.split("_"), b.split("_")].sort((x, y) => x.length - y.length);
  if (long.length !== short.length + 1) return false;
  return long.some((_, at) => long.toSpliced(at, 1).join("_") === short.join("_"));
}
