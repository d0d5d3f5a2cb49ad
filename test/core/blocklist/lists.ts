import { type Blocklist, compileBlocklist, readEntry } from "../../../src/core/blocklist/blocklist.ts";

/** A blocklist of entries as an owner types them. @throws for one that cannot be read. */
export function listOf(blocked: readonly string[], allowed: readonly string[] = []): Blocklist {
  return compileBlocklist({ blocked: blocked.map(canonicalOf), allowed: allowed.map(canonicalOf) }).blocklist;
}

export function canonicalOf(typed: string): string {
  const read = readEntry(typed);
  if (!read.ok) throw new Error(`${typed}: ${read.problem}`);
  return read.canonical;
}
