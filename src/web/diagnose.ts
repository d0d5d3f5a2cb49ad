import { once } from "node:events";
import { createServer } from "node:net";
import { z } from "zod";
import { underSignals } from "../core/signals.ts";
import { type Finding, scribeOf } from "../doctor/finding.ts";
import { codeOf } from "../doctor/folder.ts";

export interface WebDiagnosisOptions {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

const say = scribeOf("Web");

/** What GET /healthz answers; see server.ts. */
const healthSchema = z.object({
  status: z.enum(["ok", "starting"]),
  uptimeSeconds: z.number(),
  platforms: z.record(z.string(), z.boolean()),
});

const HEALTH_MS = 3000;

/** Whether the web server can have its port, or has it already: a running bot is asked how it is. */
export async function* diagnoseWeb({ host, port, signal }: WebDiagnosisOptions): AsyncGenerator<Finding> {
  const refusal = await listening(host, port);
  if (refusal === null) {
    yield say.ok(port === 0 ? "PORT is 0: any free port is taken." : `Port ${port} on ${host} is free.`);
  } else if (refusal === "EADDRINUSE") {
    yield await ofTenant(host, port, signal);
  } else if (refusal === "EACCES") {
    yield say.failure(
      `This user may not listen on port ${port} (${refusal}).`,
      "Set PORT to a number from 1024 on, and let a proxy lead there.",
    );
  } else {
    yield say.failure(
      `The web server cannot listen on ${host}, port ${port} (${refusal}).`,
      "Set HOST to an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them.",
    );
  }
}

/** Node's code for why not; null: it can be done. */
async function listening(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return null;
  } catch (error) {
    return codeOf(error);
  } finally {
    server.close();
  }
}

async function ofTenant(host: string, port: number, signal: AbortSignal): Promise<Finding> {
  const health = await askHealth(host, port, signal);
  if (health === null)
    return say.failure(
      `Port ${port} is in use by another program.`,
      "Set PORT to another number, or 0 for any free one.",
    );
  const away = Object.entries(health.platforms).flatMap(([name, isConnected]) => (isConnected ? [] : [name]));
  if (away.length > 0)
    return say.warning(
      `A bot runs on port ${port}, and is not connected to ${away.join(" and ")}.`,
      "Look at its log; it tries again by itself.",
    );
  const names = Object.keys(health.platforms).join(", ");
  return say.ok(
    `A bot runs on port ${port}, up for ${inTime(health.uptimeSeconds)}${names === "" ? "" : `, connected: ${names}`}.`,
  );
}

async function askHealth(host: string, port: number, signal: AbortSignal) {
  const url = `http://${reachable(host)}:${port}/healthz`;
  try {
    return await underSignals([signal, AbortSignal.timeout(HEALTH_MS)], async (either) => {
      const answer = await fetch(url, { signal: either });
      return healthSchema.safeParse(await answer.json()).data ?? null;
    });
  } catch {
    return null; // whoever it is, it is not this bot
  }
}

function inTime(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

/** An address for "everywhere" is one to listen on, not one to go to. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::" || host === "[::]") return "[::1]";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
