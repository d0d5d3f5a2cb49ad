import { h } from "./dom.ts";
import type { Part } from "./patch.ts";
import { shape } from "./progress.ts";
import type { WireImage } from "./wire.ts";

/** One picture in a frame of its own shape; pressing it shows it large. */
export function picturePart(image: WireImage): Part {
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
      img.addEventListener("load", () => frame.classList.add("loaded"));
      img.addEventListener("error", () => frame.classList.add("lost"));
      shape(
        frame,
        image.width === null || image.height === null ? image.ratio : `${image.width}:${image.height}`,
      );
      return h("div", { class: "mat" }, frame);
    },
  };
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
      h("span", { class: "lightbox-size" }, [size, megabytes(image.bytes)].filter(Boolean).join(" · ")),
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

function megabytes(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(Math.round(bytes / 1000), 1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
