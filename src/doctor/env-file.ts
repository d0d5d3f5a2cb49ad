import { codeOf } from "./folder.ts";

/** What became of `.env`. */
export type EnvFile =
  | { readonly type: "missing" }
  | { readonly type: "unreadable"; readonly code: string }
  | { readonly type: "read"; readonly values: Readonly<Record<string, string>> };

/** What dotenv says about it: it takes a file that cannot be read for one that is not there. */
export function envFileOf(loaded: {
  readonly parsed?: Readonly<Record<string, string>>;
  readonly error?: Error;
}): EnvFile {
  if (loaded.error === undefined) return { type: "read", values: loaded.parsed ?? {} };
  const code = codeOf(loaded.error);
  return code === "ENOENT" ? { type: "missing" } : { type: "unreadable", code };
}
