import { askFirst } from "./dialogs.ts";
import { announce, button, h } from "./dom.ts";
import { line } from "./line.ts";
import type { Page } from "./page.ts";
import type { Part } from "./patch.ts";
import { fileSize, picturePart } from "./picture.ts";
import { progressPart } from "./progress.ts";
import type { WireAction, WireDocument, WireMessage, WireView } from "./wire.ts";

/** The parts of a reply of the bot, in reading order. */
export function cardParts(message: WireMessage, view: WireView, page: Page): Part[] {
  const parts: Part[] = [
    {
      key: "title",
      data: [view.kind, view.title],
      make: () =>
        h(
          "p",
          { class: `title kind-${view.kind}` },
          h("span", { class: "mark", attrs: { "aria-hidden": "true" } }),
          h("span", {}, line(view.title, page)),
        ),
    },
  ];
  if (view.lines.length > 0) {
    parts.push({
      key: "lines",
      data: view.lines,
      make: () => h("div", { class: "lines" }, ...view.lines.map((pieces) => h("p", {}, line(pieces, page)))),
    });
  }
  if (view.prompt !== null) {
    const { prompt } = view;
    parts.push({
      key: "prompt",
      data: prompt,
      make: () => h("blockquote", { class: "prompt", attrs: { dir: "auto" } }, prompt),
    });
  }
  parts.push(...view.images.map((image) => picturePart(image, page)));
  if (view.progress !== null && view.images.length === 0) {
    parts.push(progressPart(view, view.progress, page));
  }
  if (view.facts.length > 0) {
    parts.push({
      key: "facts",
      data: view.facts,
      make: () =>
        h(
          "dl",
          { class: "facts" },
          ...view.facts.map(({ label, value }) =>
            h("div", {}, h("dt", {}, label), h("dd", { attrs: { dir: "auto" } }, value)),
          ),
        ),
    });
  }
  if (view.documents.length > 0) {
    parts.push({
      key: "documents",
      data: [page.user(), view.documents],
      make: () =>
        h(
          "div",
          { class: "documents" },
          ...view.documents.map((document) => documentLink(message, document, page)),
        ),
    });
  }
  if (view.command !== null) {
    const { command } = view;
    parts.push({ key: "command", data: command, make: () => commandRow(command, page) });
  }
  if (view.actions.length > 0) {
    parts.push({
      key: "actions",
      data: view.actions,
      make: () =>
        h("div", { class: "actions" }, ...view.actions.map((action) => actionButton(message, action, page))),
    });
  }
  return parts;
}

function commandRow(command: string, page: Page): HTMLElement {
  const copy = button("Copy", {
    attrs: { "data-focus": "copy" },
    onPress: () => {
      void copyText(command).then((done) => {
        copy.textContent = done ? "Copied" : "Press Ctrl+C";
        announce(done ? "Copied the command" : "The command is selected");
        window.setTimeout(() => {
          copy.textContent = "Copy";
        }, 1600);
      });
    },
  });
  return h(
    "div",
    { class: "command" },
    h("code", { attrs: { tabindex: "0", "aria-label": "The command", dir: "auto" } }, command),
    copy,
    button(command.startsWith("/imagine") ? "Use prompt" : "Use", {
      attrs: { "data-focus": "use" },
      onPress: () => page.compose(command),
    }),
  );
}

function documentLink(
  message: WireMessage,
  { name, fileName, bytes }: WireDocument,
  page: Page,
): HTMLElement {
  const path = `documents/${encodeURIComponent(message.id)}/${encodeURIComponent(name)}`;
  return h(
    "a",
    {
      class: "document",
      attrs: {
        href: `${path}?user=${encodeURIComponent(page.user())}`,
        download: fileName,
        "data-focus": `document-${name}`,
      },
    },
    h("span", { class: "document-mark", attrs: { "aria-hidden": "true" } }, "↓"),
    h("span", { class: "document-name" }, fileName),
    h("span", { class: "document-size" }, fileSize(bytes)),
  );
}

function actionButton(message: WireMessage, action: WireAction, page: Page): HTMLButtonElement {
  const press = async () => {
    if (action.confirm !== null && !(await askFirst(action.confirm, action.label))) return;
    // Busy and not disabled, which would take the keyboard away from it.
    if (element.ariaBusy === "true") return;
    element.ariaBusy = "true";
    await page.act("action", { messageId: message.id, intent: action.intent, jobId: action.jobId });
    element.ariaBusy = null;
  };
  const element = button(
    h(
      "span",
      { class: "action-label" },
      h("span", { attrs: { "aria-hidden": "true" } }, action.emoji),
      action.label,
    ),
    {
      class: `action intent-${action.intent}`,
      attrs: { "data-focus": `action-${action.intent}` },
      onPress: () => void press(),
    },
  );
  return element;
}

/** False when the browser would not let us: only secure pages may write to the clipboard. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "visually-hidden" });
    area.value = text;
    const back = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (back instanceof HTMLElement) back.focus();
    return done;
  }
}
