import { h } from "./dom.ts";
import type { WireForm } from "./wire.ts";

/** Asks a yes-or-no question; false for no and for Escape. */
export function askFirst(question: string, yes: string): Promise<boolean> {
  return open(
    h(
      "form",
      { attrs: { method: "dialog" } },
      h("p", { class: "question" }, question),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { attrs: { value: "no", type: "submit" } }, "Keep it"),
        h("button", { class: "danger", attrs: { value: "yes", type: "submit" } }, yes),
      ),
    ),
    question,
    "small",
  ).then((dialog) => dialog.returnValue === "yes");
}

/** Shows a form; null when it was closed without sending. */
export async function fillIn(form: WireForm): Promise<Record<string, string> | null> {
  const fields = form.fields.map((field) => {
    const id = `field-${field.option}`;
    const control = controlFor(field, id);
    const label = h("label", { attrs: { for: id } }, field.label);
    return { option: field.option, control, row: h("div", { class: "field" }, label, control) };
  });
  const dialog = await open(
    h(
      "form",
      { attrs: { method: "dialog" } },
      h("h2", {}, form.title),
      ...fields.map((field) => field.row),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { attrs: { value: "no", type: "submit", formnovalidate: "" } }, "Close"),
        h("button", { class: "primary", attrs: { value: "yes", type: "submit" } }, form.submit),
      ),
    ),
    form.title,
    "form",
  );
  if (dialog.returnValue !== "yes") return null;
  return Object.fromEntries(fields.map(({ option, control }) => [option, control.value]));
}

function controlFor(field: WireForm["fields"][number], id: string) {
  const control =
    field.choices.length > 0
      ? h(
          "select",
          { attrs: { id } },
          ...choicesOf(field).map(({ label, value }) => h("option", { attrs: { value } }, label)),
        )
      : field.multiline
        ? h("textarea", { attrs: { id, rows: "4", dir: "auto" } })
        : h("input", { attrs: { id, type: "text", dir: "auto", autocomplete: "off" } });
  control.value = field.value;
  control.required = field.required;
  return control;
}

/** A value that is not among the choices, "none" say, is offered first. */
function choicesOf({ choices, value, required }: WireForm["fields"][number]) {
  const isListed = choices.some((choice) => choice.value === value);
  return isListed || (required && value === "") ? choices : [{ label: value || "–", value }, ...choices];
}

/** Shows content as a modal dialog and resolves when it is closed. The browser gives the keyboard back. */
function open(content: HTMLElement, label: string, style: string): Promise<HTMLDialogElement> {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: `dialog ${style}`, attrs: { "aria-label": label } }, content);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
