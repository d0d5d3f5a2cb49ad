/** Growing pauses with some chance in them, from `firstMs` to at most `maxMs`. `failures` counts from 1. */
export function backoffMs(failures: number, firstMs: number, maxMs: number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return whole * (0.75 + Math.random() * 0.25);
}
