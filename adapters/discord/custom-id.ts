import { INTENTS, type Intent, type JobId } from "../../src/core/model.ts";
import { CUSTOM_ID_CHARACTERS } from "./limits.ts";
import { cut } from "./markup.ts";

/**
 * What a button or a form carries in its id, in plain text, so that it works for ever:
 * `do|reroll|<job>`, `ask|delete|<job>|<question>`, `form|imagine|<parent job>`.
 */
export type CustomId =
  | { readonly type: "do"; readonly intent: Intent; readonly jobId: JobId }
  /** The confirmed press: the same, from the question's own button. */
  | { readonly type: "sure"; readonly intent: Intent; readonly jobId: JobId }
  | { readonly type: "ask"; readonly intent: Intent; readonly jobId: JobId; readonly question: string }
  | { readonly type: "form"; readonly command: string; readonly parentId: JobId | null };

/** At most 100 characters; a long question is cut. */
export function writeCustomId(id: CustomId): string {
  switch (id.type) {
    case "do":
    case "sure":
      return `${id.type}|${id.intent}|${id.jobId}`;
    case "ask": {
      const head = `ask|${id.intent}|${id.jobId}|`;
      return head + cut(id.question, CUSTOM_ID_CHARACTERS - head.length);
    }
    case "form":
      return `form|${id.command}|${id.parentId ?? ""}`;
  }
}

/** Null for an id that is not ours. */
export function readCustomId(text: string): CustomId | null {
  const [type, what = "", jobId = "", ...rest] = text.split("|");
  if (type === "form" && what !== "") return { type, command: what, parentId: jobId === "" ? null : jobId };
  const intent = INTENTS.find((one) => one === what);
  if (intent === undefined || jobId === "") return null;
  if (type === "do" || type === "sure") return { type, intent, jobId };
  return type === "ask" ? { type, intent, jobId, question: rest.join("|") } : null;
}
