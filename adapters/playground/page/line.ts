import { h } from "./dom.ts";
import type { Page } from "./page.ts";
import { relative } from "./ticker.ts";
import type { WireLine, WirePiece } from "./wire.ts";

/** A line of text in pieces, as elements. */
export function line(pieces: WireLine, page: Page): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...pieces.map((piece) => pieceElement(piece, page)));
  return fragment;
}

/** The same, as words alone. */
export function plain(pieces: WireLine, now: number): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      switch (piece.type) {
        case "moment":
          return relative(piece.at, now);
        case "channel":
        case "role":
          return named(piece);
        case "person":
          return piece.name;
        default:
          return piece.text;
      }
    })
    .join("");
}

const named = ({ type, id }: { readonly type: string; readonly id: string }): string =>
  `${type === "channel" ? "#" : "@"}${id}`;

function pieceElement(piece: WirePiece, page: Page): Node | string {
  if (typeof piece === "string") return piece;
  switch (piece.type) {
    case "strong":
      return h("strong", {}, piece.text);
    case "code":
      return h("code", {}, piece.text);
    case "person":
      return h("span", { class: "person" }, page.userById(piece.user)?.name ?? piece.name);
    case "channel":
    case "role":
      return h("span", { class: "person" }, named(piece));
    case "moment": {
      const at = new Date(piece.at);
      const time = h("time", { attrs: { datetime: at.toISOString(), title: at.toLocaleString() } });
      page.ticker.follow(time, (now) => {
        time.textContent = relative(piece.at, now);
      });
      return time;
    }
    case "job": {
      const id = piece.messageKey?.replace(/^playground:/, "") ?? null;
      if (id === null) return piece.text;
      return h(
        "a",
        {
          class: "link",
          attrs: { href: `#message-${id}` },
          on: {
            click: (event) => {
              event.preventDefault();
              page.jumpTo(id);
            },
          },
        },
        piece.text,
      );
    }
  }
}
