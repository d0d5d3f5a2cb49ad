import type { Answer, Method, MethodContext } from "./api.ts";
import { blockErrors } from "./blocks.ts";
import { jsonArg } from "./chat.ts";
import { type Fields, isFields, list, obj, str } from "./fields.ts";
import { showableFile } from "./files.ts";

const MOST_VIEW_BYTES = 250_000;

/** Slack's complaints about a view. */
export function viewErrors(view: unknown, kind: "modal" | "home", context: MethodContext): readonly string[] {
  if (!isFields(view)) return ["must be an object [json-pointer:/view]"];
  const errors: string[] = [];
  if (str(view, "type") !== kind) errors.push(`must be ${kind} [json-pointer:/view/type]`);
  if (Buffer.byteLength(JSON.stringify(view)) > MOST_VIEW_BYTES)
    errors.push("view too large [json-pointer:/view]");
  if (str(view, "private_metadata").length > 3000)
    errors.push("too long [json-pointer:/view/private_metadata]");
  if (str(view, "callback_id").length > 255) errors.push("too long [json-pointer:/view/callback_id]");
  if (kind === "modal") {
    const inputs = list(view, "blocks").some((block) => str(block, "type") === "input");
    for (const name of ["title", "submit", "close"]) {
      const needed = name === "title" || (name === "submit" && inputs);
      if (view[name] === undefined && !needed) continue;
      const text = str(obj(view, name), "text");
      if (str(obj(view, name), "type") !== "plain_text" || text.length < 1 || text.length > 24) {
        errors.push(`must be plain_text of 1 to 24 characters [json-pointer:/view/${name}]`);
      }
    }
  }
  return [...errors, ...blockErrors(view["blocks"], kind, (id) => showableFile(id, context))];
}

function refused(errors: readonly string[]): Answer {
  return { error: "invalid_arguments", errors };
}

function open(args: Fields, context: MethodContext): Answer {
  const { state } = context;
  const view = jsonArg(args, "view");
  const errors = viewErrors(view, "modal", context);
  if (errors.length > 0 || !isFields(view)) return refused(errors);
  const trigger = state.takeTrigger(str(args, "trigger_id"));
  if ("error" in trigger) return trigger;
  const id = state.nextId("V");
  state.modals.set(trigger.user, { id, user: trigger.user, view, errors: {} });
  return { view: { id, ...view } };
}

function publish(args: Fields, context: MethodContext): Answer {
  const { state } = context;
  const user = str(args, "user_id");
  if (!state.users.has(user)) return { error: "user_not_found" };
  const view = jsonArg(args, "view");
  const errors = viewErrors(view, "home", context);
  if (errors.length > 0 || !isFields(view)) return refused(errors);
  const id = state.nextId("V");
  state.homes.set(user, { id, user, view });
  return { view: { id, ...view } };
}

export const viewMethods: Readonly<Record<string, Method>> = {
  "views.open": { scope: null, kind: "bot", run: open },
  "views.publish": { scope: null, kind: "bot", run: publish },
};
