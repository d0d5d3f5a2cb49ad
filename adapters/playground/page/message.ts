import { cardParts } from "./card.ts";
import { button, h } from "./dom.ts";
import type { Page } from "./page.ts";
import { type Part, patch } from "./patch.ts";
import { reactionsPart } from "./reactions.ts";
import type { WireMessage } from "./wire.ts";

/** An empty row for a message, to be shown with `showMessage`. */
export function messageRow(message: WireMessage): HTMLLIElement {
  const privacy = message.privacy === null ? "" : ` private private-${message.privacy}`;
  return h("li", {
    class: `message ${message.author === null ? "from-bot" : "from-person"}${privacy}`,
    attrs: { id: `message-${message.id}`, tabindex: "-1" },
  });
}

/** Brings a row up to date. */
export function showMessage(row: HTMLElement, message: WireMessage, page: Page): void {
  const author = message.author === null ? null : page.userById(message.author);
  const parts: Part[] = [];
  if (message.cause !== null)
    parts.push({
      key: "cause",
      data: [message.cause, message.replyTo],
      make: () => causeRow(message, page),
    });
  parts.push(
    {
      key: "avatar",
      data: message.author,
      make: () =>
        h(
          "span",
          { class: `avatar hue-${message.author ?? "bot"}`, attrs: { "aria-hidden": "true" } },
          author?.avatar ?? "🎨",
        ),
    },
    {
      key: "body",
      data: null,
      make: () => h("div", { class: "body" }),
      update: (body) => patch(body, bodyParts(message, page)),
    },
  );
  patch(row, parts);
}

function bodyParts(message: WireMessage, page: Page): Part[] {
  const { view, text } = message;
  const parts: Part[] = [{ key: "head", data: message.at, make: () => headRow(message, page) }];
  if (text !== null) {
    parts.push({
      key: "text",
      data: text,
      make: () => h("p", { class: "text", attrs: { dir: "auto" } }, text),
    });
  }
  if (view !== null) {
    parts.push({
      key: "card",
      data: null,
      make: () => h("div"),
      update: (card) => {
        card.className = `card kind-${view.kind}`;
        patch(card, cardParts(message, view, page));
      },
    });
  }
  if (view !== null && view.jobId !== null && (message.privacy === null || message.privacy === "direct")) {
    parts.push(reactionsPart(message, page));
  }
  if (message.privacy === "words" || message.privacy === "direct") {
    parts.push({ key: "private", data: null, make: () => privacyRow(message, page) });
  }
  return parts;
}

function headRow(message: WireMessage, page: Page): HTMLElement {
  const at = new Date(message.at);
  return h(
    "p",
    { class: "head" },
    h(
      "strong",
      { class: "name" },
      message.author === null ? "Imagine" : (page.userById(message.author)?.name ?? message.author),
    ),
    message.author === null && h("span", { class: "tag" }, "BOT"),
    message.privacy === "log" &&
      h("span", { class: "log-label", attrs: { title: "Only moderators see this" } }, "Moderators’ log"),
    h(
      "time",
      { attrs: { datetime: at.toISOString(), title: at.toLocaleString() } },
      clockTime(at, page.ticker.now()),
    ),
  );
}

/** The time of day, with the date in front when that is not today's. */
function clockTime(at: Date, now: number): string {
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const isToday = at.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${at.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}

function causeRow({ cause, replyTo }: WireMessage, page: Page): HTMLElement {
  const user = cause === null ? null : page.userById(cause.user);
  return h(
    "p",
    { class: "cause" },
    h("span", { class: "cause-avatar", attrs: { "aria-hidden": "true" } }, user?.avatar ?? ""),
    h("strong", {}, user?.name ?? ""),
    ` ${cause?.did ?? ""}`,
    replyTo !== null &&
      button("on an earlier message", { class: "link", onPress: () => page.jumpTo(replyTo) }),
  );
}

function privacyRow(message: WireMessage, page: Page): HTMLElement {
  const words =
    message.privacy === "direct" ? "Sent to you. Only you can see this." : "Only you can see this.";
  return h(
    "p",
    { class: "privacy" },
    words,
    message.privacy === "words" &&
      button("Dismiss", {
        class: "link",
        onPress: () => void page.act("dismiss", { messageId: message.id }),
      }),
  );
}
