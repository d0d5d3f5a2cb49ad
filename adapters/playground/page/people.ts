import { byId, h } from "./dom.ts";
import type { WireUser } from "./wire.ts";

const KEY = "playground-user";

/** Who one was last time. */
export function rememberedUser(): string {
  return localStorage.getItem(KEY) ?? "ada";
}

/** Lets one be somebody else. */
export function showPeople(
  users: readonly WireUser[],
  current: string,
  onChosen: (user: string) => void,
): void {
  const group = byId("people", HTMLElement);
  const had = group.contains(document.activeElement);
  group.replaceChildren(
    ...users.map(({ id, name, avatar, moderator }) => {
      const radio = h("input", {
        class: "visually-hidden",
        attrs: { type: "radio", name: "user", value: id, id: `user-${id}` },
      });
      radio.checked = id === current;
      radio.addEventListener("change", () => {
        localStorage.setItem(KEY, id);
        onChosen(id);
      });
      return h(
        "label",
        {
          class: `person-choice hue-${id}`,
          attrs: { title: moderator ? `${name}, who moderates here` : name },
        },
        radio,
        h("span", { class: "choice-avatar", attrs: { "aria-hidden": "true" } }, avatar),
        h("span", { class: "choice-name" }, name),
        moderator && h("span", { class: "visually-hidden" }, " (moderator)"),
      );
    }),
  );
  if (had) group.querySelector<HTMLElement>(":checked")?.focus();
}
