const LOCALE = "en-GB";
const MICRO_USD = 1_000_000;

/** "$0", "$0.045", "$12.50": whole cents, and a digit more below ten. */
export function usd(microUsd: number): string {
  if (microUsd === 0) return "$0";
  const dollars = microUsd / MICRO_USD;
  return `$${dollars.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: dollars < 0.1 ? 3 : 2 })}`;
}

/** "1 picture", "1,200 pictures". */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? noun : `${noun}s`}`;
}

/** "0 s", "0.4 s", "8 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms === 0) return "0 s";
  if (ms < 950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** "2026-11-26" as "26 Nov". */
export function dayName(day: string): string {
  return new Date(day).toLocaleDateString(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });
}

/** "14:05" today, else "26 Nov 14:05". */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.toLocaleDateString(LOCALE, { day: "numeric", month: "short" })} ${time}`;
}

/** "14:05:09". */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString(LOCALE);
}

/** The platform's name as people write it. */
export function platformName(platform: string): string {
  return platform.charAt(0).toUpperCase() + platform.slice(1);
}
