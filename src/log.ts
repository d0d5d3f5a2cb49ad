import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import { BotError } from "./errors.ts";

export type Log = Logger;

export interface LogOptions {
  readonly level: string;
  readonly format: "pretty" | "json";
  /** Where lines go; standard output unless given. */
  readonly destination?: DestinationStream;
}

/** Fields that may hold a secret or a person's words, wherever they stand: never written. */
const PRIVATE = [
  "prompt",
  "no",
  "token",
  "key",
  "secret",
  "credentials",
  "authorization",
  "cookie",
  "text",
  "alt",
  "input",
];

/** The one log. Errors are written with code and context; prompts, keys and tokens never are. */
export function createLog({ level, format, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: PRIVATE.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[private]" },
    serializers: { err: describeError },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (format === "json") return destination ? pino(options, destination) : pino(options);
  return pino(
    options,
    pretty({
      ignore: "level",
      translateTime: "HH:MM:ss",
      colorize: process.stdout.isTTY,
      destination: destination ?? 1,
    }),
  );
}

/** An error as the owner should see it: code, context and origin; nothing that an outside party wrote. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof BotError) {
    const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
    return {
      code: error.code,
      message: error.message,
      ...error.context,
      ...(error.remedy ? { remedy: error.remedy } : {}),
      ...cause,
    };
  }
  if (!(error instanceof Error)) return { thrown: typeof error };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  // Frames say where it happened; the message may quote a body, and with it a prompt.
  const at = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4);
  return { name: error.name, ...code, at: at.map((line) => line.trim()) };
}
