import { complete } from "./complete.ts";
import { byId } from "./dom.ts";
import { createHistory } from "./history.ts";
import type { Page } from "./page.ts";
import { createSuggestionList, type SuggestionList, showPills } from "./suggestions.ts";
import type { WireCommand } from "./wire.ts";

export interface Composer {
  /** Puts a text in, ready to be changed or sent. */
  compose(text: string): void;
  offer(commands: readonly WireCommand[]): void;
}

/** The message box: completion of commands, what one wrote before, and sending. */
export function createComposer(page: Page): Composer {
  const form = byId("composer", HTMLFormElement);
  const box = byId("text", HTMLTextAreaElement);
  const sendButton = byId("send", HTMLButtonElement);
  const history = createHistory();
  let commands: readonly WireCommand[] = [];

  const write = (text: string, caret = text.length) => {
    box.value = text;
    box.setSelectionRange(caret, caret);
    refresh();
  };

  const list: SuggestionList = createSuggestionList(box, ({ insert, from, to }) => {
    const text = `${box.value.slice(0, from)}${insert}${box.value.slice(to)}`;
    write(text, from + insert.length);
    box.focus();
  });

  const refresh = () => {
    // The height follows the text, up to what the style allows.
    box.style.setProperty("block-size", "auto");
    box.style.setProperty("block-size", `${box.scrollHeight}px`);
    sendButton.disabled = box.value.trim() === "";
    const completion = complete(box.value, box.selectionStart, commands);
    list.show(completion);
    showPills(completion, ({ insert }) => {
      write(`${box.value.trimEnd()} ${insert}`);
      box.focus();
    });
  };

  const send = async () => {
    const text = box.value.trim();
    if (text === "") return;
    write("");
    history.add(text);
    // What could not be sent comes back, unless something new is being written.
    if (!(await page.act("command", { text })) && box.value === "") write(text);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  box.addEventListener("input", refresh);
  box.addEventListener("click", refresh);
  box.addEventListener("keyup", (event) => {
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) refresh();
  });
  box.addEventListener("blur", () => list.hide());
  box.addEventListener("keydown", (event) => {
    // Enter and the arrows belong to the input method while it composes a character.
    if (event.isComposing) return;
    if (list.onKey(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const earlier = history.step(event.key === "ArrowUp" ? "earlier" : "later", box.value);
      if (earlier === null) return;
      event.preventDefault();
      write(earlier);
      list.hide();
    }
  });

  refresh();
  return {
    compose: (text) => {
      write(text);
      list.hide();
      box.focus();
    },
    offer: (offered) => {
      commands = offered;
      refresh();
    },
  };
}
