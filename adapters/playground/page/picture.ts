import { button, h } from "./dom.ts";
import type { Page } from "./page.ts";
import type { Part } from "./patch.ts";
import { shape } from "./progress.ts";
import type { WireImage } from "./wire.ts";

/** One picture in a frame of its own shape; pressing it shows it large. A hidden one is shown by a first press. */
export function picturePart(image: WireImage, page: Page): Part {
  return {
    key: `picture-${image.name}`,
    data: image,
    make: () => {
      const img = h("img", { attrs: { src: urlOf(image), alt: image.alt, decoding: "async" } });
      if (image.width !== null) img.width = image.width;
      if (image.height !== null) img.height = image.height;
      const zoom = h(
        "button",
        {
          class: "zoom",
          attrs: { type: "button", "aria-label": `Enlarge the picture: ${image.alt}`, "data-focus": "zoom" },
          on: { click: () => enlarge(image) },
        },
        img,
      );
      const frame = h("div", { class: "frame picture" }, zoom);
      if (image.spoiler && !page.uncovered.has(image.name)) cover(image, frame, zoom, page);
      img.addEventListener("load", () => {
        frame.classList.remove("lost");
        frame.classList.add("loaded");
      });
      img.addEventListener("error", () => frame.classList.add("lost"));
      shape(
        frame,
        image.width === null || image.height === null ? image.ratio : `${image.width}:${image.height}`,
      );
      return h("div", { class: "mat" }, frame);
    },
  };
}

/** Asks again for pictures that did not come, as when the bot went away in the middle. */
export function fetchLost(): void {
  const lost = document.querySelectorAll<HTMLImageElement>(".frame.lost .zoom img");
  for (const img of lost) img.setAttribute("src", img.src);
}

/** Hides the picture behind a button, for the pointer as for the keyboard. */
function cover(image: WireImage, frame: HTMLElement, zoom: HTMLElement, page: Page): void {
  frame.classList.add("covered");
  zoom.inert = true;
  const lid = button(h("span", { class: "lid-words" }, "Click to show"), {
    class: "lid",
    attrs: { "aria-label": "Hidden picture. Click to show", "data-focus": "lid" },
    onPress: () => {
      page.uncovered.add(image.name);
      frame.classList.remove("covered");
      zoom.inert = false;
      lid.remove();
      zoom.focus();
    },
  });
  frame.append(lid);
}

/** The picture as large as the window allows. Escape or a press outside closes; the keyboard goes back. */
function enlarge(image: WireImage): void {
  const size = image.width === null ? null : `${image.width} × ${image.height}`;
  const dialog = h(
    "dialog",
    { class: "lightbox", attrs: { "aria-label": "The picture, enlarged" } },
    h("img", { attrs: { src: urlOf(image), alt: image.alt } }),
    h(
      "div",
      { class: "lightbox-bar" },
      h("p", { class: "lightbox-alt", attrs: { dir: "auto" } }, image.alt),
      h("span", { class: "lightbox-size" }, [size, fileSize(image.bytes)].filter(Boolean).join(" · ")),
      h("a", { attrs: { href: urlOf(image), download: image.name } }, "Download"),
      isWebAddress(image.originalUrl) &&
        h(
          "a",
          { attrs: { href: image.originalUrl, target: "_blank", rel: "noopener noreferrer" } },
          "Original",
        ),
      h("button", { attrs: { type: "button", autofocus: "" }, on: { click: () => dialog.close() } }, "Close"),
    ),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function urlOf(image: WireImage): string {
  return `pictures/${encodeURIComponent(image.name)}`;
}

function isWebAddress(url: string | null): url is string {
  return url !== null && /^https?:\/\//i.test(url);
}

/** "12 kB", "1.4 MB". */
export function fileSize(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(Math.round(bytes / 1000), 1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
