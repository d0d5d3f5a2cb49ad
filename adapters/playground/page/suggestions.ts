import type { Completion, Pill, Suggestion } from "./complete.ts";
import { button, byId, h } from "./dom.ts";
import { shape } from "./progress.ts";

export interface SuggestionList {
  show(completion: Completion): void;
  hide(): void;
  /** True when the key was for the list. */
  onKey(event: KeyboardEvent): boolean;
}

/** The list over the message box, driven by the keyboard from within the box, or by the pointer. */
export function createSuggestionList(
  box: HTMLTextAreaElement,
  onTaken: (suggestion: Suggestion) => void,
): SuggestionList {
  const list = byId("suggestions", HTMLElement);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  let items: readonly Suggestion[] = [];
  let active = -1;

  const mark = (index: number) => {
    active = index;
    for (const [at, row] of [...list.children].entries()) {
      row.setAttribute("aria-selected", String(at === active));
      if (at === active) row.scrollIntoView({ block: "nearest" });
    }
    if (active < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `suggestion-${active}`);
  };

  const hide = () => {
    items = [];
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    mark(-1);
  };

  const take = (index: number) => {
    const taken = items[index];
    hide();
    if (taken !== undefined) onTaken(taken);
  };

  return {
    hide,
    show: ({ suggestions, enterTakes }) => {
      if (suggestions.length === 0) return hide();
      items = suggestions;
      list.classList.toggle(
        "shapes",
        suggestions.every((suggestion) => suggestion.ratio !== null),
      );
      list.replaceChildren(...suggestions.map((suggestion, index) => row(suggestion, index, take)));
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
      mark(enterTakes === "first" ? 0 : -1);
    },
    onKey: (event) => {
      if (items.length === 0) return false;
      const steps: Readonly<Record<string, number>> = {
        ArrowDown: 1,
        ArrowUp: -1,
      };
      const step = steps[event.key];
      if (step !== undefined) {
        mark(active < 0 && step < 0 ? items.length - 1 : (active + step + items.length) % items.length);
        return true;
      }
      if (event.key === "Escape") {
        hide();
        return true;
      }
      const isTab = event.key === "Tab" && !event.shiftKey;
      const isEnter = event.key === "Enter" && !event.shiftKey && active >= 0;
      if (!isTab && !isEnter) return false;
      take(Math.max(active, 0));
      return true;
    },
  };
}

function row(suggestion: Suggestion, index: number, take: (index: number) => void): HTMLElement {
  return h(
    "div",
    {
      class: "suggestion",
      attrs: { role: "option", id: `suggestion-${index}`, "aria-selected": "false" },
      on: {
        // Before the box loses the keyboard, which would hide the list under the pointer.
        pointerdown: (event) => event.preventDefault(),
        click: () => take(index),
      },
    },
    suggestion.ratio !== null && glyph(suggestion.ratio),
    h("span", { class: "suggestion-label" }, suggestion.label),
    h("span", { class: "suggestion-detail" }, suggestion.detail),
  );
}

/** A small outline of the shape. */
function glyph(ratio: string): HTMLElement {
  const [width = "1", height = "1"] = ratio.split(":");
  const outline = h("span", { class: Number(width) >= Number(height) ? "glyph wide" : "glyph tall" });
  shape(outline, ratio);
  return h("span", { class: "glyph-box", attrs: { "aria-hidden": "true" } }, outline);
}

/** The options of what is being typed, and what the one at hand is for. */
export function showPills({ heading, pills }: Completion, onChosen: (pill: Pill) => void): void {
  const row = byId("pills", HTMLElement);
  row.hidden = heading === null;
  if (heading === null) {
    row.replaceChildren();
    return;
  }
  const at = pills.find((pill) => pill.state === "active");
  const about = at === undefined ? heading.description : `${at.description}, as in ${at.example}`;
  row.replaceChildren(
    h("span", { class: "pill-command" }, heading.name),
    ...pills.map((pill) => pillButton(pill, onChosen)),
    h("span", { class: "pill-about" }, about),
  );
}

function pillButton(pill: Pill, onChosen: (pill: Pill) => void): HTMLElement {
  const done = pill.state === "filled";
  return button(done ? `${pill.name} ✓` : pill.name, {
    class: `pill ${pill.state}`,
    attrs: {
      title: pill.description,
      "aria-label": `${pill.name}: ${pill.description}${done ? " (given)" : ""}`,
      ...(done ? { disabled: "" } : {}),
    },
    on: { pointerdown: (event) => event.preventDefault() },
    onPress: () => onChosen(pill),
  });
}
