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
    ...users.map(({ id, name, avatar, ...rank }) => {
      const badges = badgesOf(rank);
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
          attrs: { title: [name, ...badges.map(({ words }) => words)].join(" · ") },
        },
        radio,
        h("span", { class: "choice-avatar", attrs: { "aria-hidden": "true" } }, avatar),
        h("span", { class: "choice-name" }, name),
        ...badges.map(({ kind, words }) => h("span", { class: `rank ${kind}` }, words)),
      );
    }),
  );
  if (had) group.querySelector<HTMLElement>(":checked")?.focus();
}

/** What a person may do here, in a word each: who owns the place moderates it too. */
function badgesOf({ owner, moderator, roles }: Pick<WireUser, "owner" | "moderator" | "roles">) {
  return [
    ...(owner ? [{ kind: "owner", words: "owner" }] : []),
    ...(moderator && !owner ? [{ kind: "moderator", words: "moderator" }] : []),
    ...roles.map((role) => ({ kind: "role", words: `@${role}` })),
  ];
}
