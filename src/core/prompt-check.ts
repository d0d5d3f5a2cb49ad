import type { WorkspaceSettings } from "./policy/policy.ts";

/** Finds what must not be painted in a prompt. */
export interface Blocklist {
  /** The first hit that no allowlist entry covers: the entry, and the piece of the text that hit. */
  match(text: string): { readonly entry: string; readonly seen: string } | null;
}

/** Makes a blocklist of its entries; those that cannot be read are named. */
export type CompileBlocklist = (lists: {
  readonly blocked: readonly string[];
  readonly allowed: readonly string[];
}) => { readonly blocklist: Blocklist; readonly unusable: readonly string[] };

/** The entry as it is kept, or the sentence that says what is wrong with it. */
export type ReadEntry = (
  typed: string,
) => { readonly ok: true; readonly canonical: string } | { readonly ok: false; readonly problem: string };

/** The blocklist that holds in a workspace: the configuration's and its own. */
export interface PromptCheck {
  for(workspace: string, settings: Pick<WorkspaceSettings, "blocklist" | "allowlist">): Blocklist;
}

/** Workspaces whose compiled list is kept. */
const KEPT = 100;

/** `onUnusable` hears of entries that do nothing, each time a list is compiled anew. */
export function createPromptCheck(options: {
  readonly compile: CompileBlocklist;
  readonly blocked: readonly string[];
  readonly onUnusable: (workspace: string, entries: readonly string[]) => void;
}): PromptCheck {
  const { compile, blocked, onUnusable } = options;
  const compiled = new Map<string, { readonly mark: string; readonly blocklist: Blocklist }>();
  return {
    for(workspace, { blocklist: own, allowlist: allowed }) {
      const mark = JSON.stringify([own, allowed]);
      const known = compiled.get(workspace);
      if (known?.mark === mark) return known.blocklist;
      const { blocklist, unusable } = compile({ blocked: [...blocked, ...own], allowed });
      if (unusable.length > 0) onUnusable(workspace, unusable);
      compiled.delete(workspace);
      compiled.set(workspace, { mark, blocklist });
      const oldest = compiled.keys().next();
      if (compiled.size > KEPT && oldest.done !== true) compiled.delete(oldest.value);
      return blocklist;
    },
  };
}
