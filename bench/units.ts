/** Milliseconds as people read them. */
export function ms(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

/** Bytes in MB of a million. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** How many times: one decimal below ten. */
export function ratio(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}
