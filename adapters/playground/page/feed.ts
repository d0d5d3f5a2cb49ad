import { announce, button, byId, h } from "./dom.ts";
import { plain } from "./line.ts";
import { messageRow, showMessage } from "./message.ts";
import type { Page } from "./page.ts";
import type { WireMessage } from "./wire.ts";

/** Closer to the end than this, in pixels, counts as reading the newest. */
const NEAR_END = 80;
/** Lines of one person, or notes in the log, within this time are one block. */
const BLOCK_MS = 5 * 60_000;

export interface Feed {
  /** Shows nothing, not even an invitation, until the next messages come. */
  clear(): void;
  /** Shows exactly these messages; none at all is an invitation. */
  showAll(messages: readonly WireMessage[]): void;
  /** Shows a message, new or changed; an older copy than the one shown is left alone. */
  show(message: WireMessage): void;
  remove(messageId: string): void;
  /** False when the message is not there. */
  jumpTo(messageId: string): boolean;
  /** Shows the newest message now. */
  toEnd(): void;
}

/** The channel's messages, oldest first, staying at the end for a person who reads there. */
export function createFeed(page: Page): Feed {
  const list = byId("feed", HTMLOListElement);
  const scroller = byId("scroller", HTMLElement);
  const empty = byId("empty", HTMLElement);
  const newest = byId("newest", HTMLButtonElement);
  const rows = new Map<string, { readonly row: HTMLLIElement; readonly message: WireMessage }>();
  let isAtEnd = true;

  const toEnd = () => {
    isAtEnd = true;
    newest.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  /** A new message is read from its beginning, also when it is longer than what is in view. */
  const reveal = (messageId: string) => {
    toEnd();
    const row = rows.get(messageId)?.row;
    if (row === undefined || row.offsetHeight <= scroller.clientHeight) return;
    isAtEnd = false;
    row.scrollIntoView({ block: "start" });
  };
  newest.addEventListener("click", toEnd);
  scroller.addEventListener("scroll", () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
    if (isAtEnd) newest.hidden = true;
  });
  const settle = new ResizeObserver(() => {
    if (isAtEnd) toEnd();
  });
  settle.observe(list);
  settle.observe(scroller);

  const place = (row: HTMLLIElement, message: WireMessage) => {
    let after = list.lastElementChild;
    while (after !== null && isLater(shown(after), message)) after = after.previousElementSibling;
    if (after === null) list.prepend(row);
    else after.after(row);
  };
  const shown = (row: Element) => rows.get(row.id.replace(/^message-/, ""))?.message;

  const put = (message: WireMessage): boolean => {
    const known = rows.get(message.id);
    if (known !== undefined && known.message.version >= message.version) return false;
    const row = known?.row ?? messageRow(message);
    if (known === undefined) place(row, message);
    rows.set(message.id, { row, message });
    showMessage(row, message, page);
    return true;
  };

  const drop = (messageId: string) => {
    rows.get(messageId)?.row.remove();
    rows.delete(messageId);
  };

  /** What depends on neighbours: blocks of one person's lines, and whether there is anything at all. */
  const arrange = () => {
    let before: WireMessage | undefined;
    for (const row of list.children) {
      const message = shown(row);
      row.classList.toggle("continued", message !== undefined && continues(message, before));
      before = message;
    }
    empty.hidden = rows.size > 0;
  };

  return {
    toEnd,
    clear: () => {
      for (const id of [...rows.keys()]) drop(id);
      empty.hidden = true;
      toEnd();
    },
    showAll: (messages) => {
      const ids = new Set(messages.map((message) => message.id));
      for (const id of [...rows.keys()]) if (!ids.has(id)) drop(id);
      for (const message of messages) put(message);
      arrange();
    },
    show: (message) => {
      const before = rows.get(message.id)?.message;
      if (!put(message)) return;
      arrange();
      // What one asked for oneself is worth leaving one's place for.
      const isOwn = page.user() === (message.author ?? message.cause?.user);
      if (before === undefined && (isAtEnd || isOwn)) reveal(message.id);
      else if (before === undefined) newest.hidden = false;
      tell(before, message, page);
    },
    remove: (messageId) => {
      const row = rows.get(messageId)?.row;
      const hadFocus = row?.contains(document.activeElement) === true;
      drop(messageId);
      arrange();
      if (hadFocus) scroller.focus();
    },
    jumpTo: (messageId) => {
      const row = rows.get(messageId)?.row;
      if (row === undefined) return false;
      row.scrollIntoView({ block: "center" });
      row.focus({ preventScroll: true });
      row.classList.add("found");
      window.setTimeout(() => row.classList.remove("found"), 1800);
      return true;
    },
  };
}

/** Fills the page for an empty channel: three prompts to begin with. */
export function inviteToPaint(examples: readonly string[], onChosen: (command: string) => void): void {
  byId("empty", HTMLElement).replaceChildren(
    h("p", { class: "empty-mark", attrs: { "aria-hidden": "true" } }, "🎨"),
    h("h2", {}, "What would you like to see?"),
    h("p", {}, "Type ", h("code", {}, "/imagine"), " and describe it, or begin with one of these:"),
    h(
      "ul",
      {},
      ...examples.map((command) =>
        h("li", {}, button(exampleLabel(command), { class: "example", onPress: () => onChosen(command) })),
      ),
    ),
  );
}

/** The command's name and its options are quieter than what it describes. */
function exampleLabel(command: string): HTMLElement {
  const [, name = "", prompt = "", options = ""] = /^(\/\S+) (.*?)( \w+:\S+)?$/.exec(command) ?? [];
  const quiet = (text: string) => h("span", { class: "quiet" }, text);
  return h("span", {}, quiet(`${name} `), prompt, options !== "" && quiet(options));
}

function isLater(one: WireMessage | undefined, other: WireMessage): boolean {
  return one !== undefined && (one.at > other.at || (one.at === other.at && one.id > other.id));
}

function continues(message: WireMessage, before: WireMessage | undefined): boolean {
  return (
    before !== undefined &&
    (message.author !== null || message.privacy === "log") &&
    before.author === message.author &&
    before.privacy === message.privacy &&
    message.at - before.at < BLOCK_MS
  );
}

/** Reads out what matters: a new kind of status, private words, somebody's line. Never each second's progress. */
function tell(before: WireMessage | undefined, message: WireMessage, page: Page): void {
  const { view, text, author } = message;
  if (view !== null && before?.view?.kind !== view.kind) announce(plain(view.title, page.ticker.now()));
  else if (before === undefined && text !== null && author !== page.user()) {
    announce(`${page.userById(author ?? "")?.name ?? "Somebody"}: ${text}`);
  }
}
