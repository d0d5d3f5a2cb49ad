import { readFileSync } from "node:fs";

/** Memory of a process while it was watched, bytes. */
export interface WatchedMemory {
  /** Largest resident size seen in samples since the last `mark`. */
  readonly peakBytes: number;
  /** Resident size at the last sample. */
  readonly lastBytes: number;
}

export interface MemoryWatch {
  /** Says what was seen since the last mark, and begins anew. */
  mark(): WatchedMemory;
  /** Largest resident size of the process's life, bytes: the kernel's own mark, or a sample where that is larger. */
  highestBytes(): number;
  stop(): void;
}

const SAMPLE_EVERY_MS = 20;

/** Whether this machine tells a process's memory the way it is read here. */
export function canWatchMemory(): boolean {
  return process.platform === "linux";
}

/** Samples `VmRSS` in /proc every 20 ms. */
export function watchMemory(pid: number): MemoryWatch {
  let last = statusOf(pid, "VmRSS");
  let peak = last;
  let highest = last;
  const sample = () => {
    last = statusOf(pid, "VmRSS");
    peak = Math.max(peak, last);
    highest = Math.max(highest, last);
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  return {
    mark: () => {
      sample();
      const seen = { peakBytes: peak, lastBytes: last };
      peak = last;
      return seen;
    },
    // The kernel counts in batches for each thread, so its mark may lie a little below a sample.
    highestBytes: () => Math.max(highest, statusOf(pid, "VmHWM")),
    stop: () => clearInterval(timer),
  };
}

/** Processor time a process has used so far, user and system, s; 0 once it has gone. */
export function processorSecondsOf(pid: number): number {
  try {
    // Fields 14 and 15 of proc(5), after the name in parentheses; in ticks, of which Linux tells 100 a second.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** 0 once the process has gone. */
function statusOf(pid: number, field: "VmRSS" | "VmHWM"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
