import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { FOR_A_SHORT_LIFE } from "./product.ts";

/** The built doctor: `npm test` builds it first. */
const DOCTOR = fileURLToPath(new URL("../../dist/scripts/doctor.js", import.meta.url));

export interface DoctorRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the doctor in a process of its own, in a directory; nothing of this process's own environment reaches it. */
export async function runDoctor(
  directory: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<DoctorRun> {
  const child = spawn(process.execPath, [...FOR_A_SHORT_LIFE, DOCTOR, ...args], {
    cwd: directory,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
