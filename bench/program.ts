import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** A program the benchmark has started, with whatever it started in turn. */
export interface Program {
  readonly pid: number;
  /** Ends the whole group, the hard way after ten seconds; resolves when it has ended. Safe to call twice. */
  stop(): Promise<void>;
  /** Resolves with a sentence and the last lines it wrote when it ends by itself. */
  readonly ended: Promise<string>;
}

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 10_000;
const TAIL_CHARACTERS = 4000;

/** Starts a program in a process group of its own, so that what npm starts ends with npm. */
export function startProgram({ command, args, cwd, env }: ProgramOptions): Program {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  let tail = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-TAIL_CHARACTERS);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => resolve(`It ended (${signal ?? code}).\n${tail}`));
  });

  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  let stopping: Promise<void> | null = null;
  const stop = async () => {
    const over = new AbortController();
    signalGroup("SIGTERM");
    sleep(PATIENCE_MS, undefined, { signal: over.signal }).then(
      () => signalGroup("SIGKILL"),
      () => {}, // it ended in time
    );
    await ended;
    over.abort();
  };
  return {
    pid,
    ended,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
