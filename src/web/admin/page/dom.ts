/** What may be put into an element; `null` leaves nothing. Strings are text, never markup. */
export type Child = Node | string | null;

/** Makes an element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An element of index.html. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html lacks #${id}`);
  return element;
}

/** Shows a value only when it is another than before, so that a selection or an open tooltip outlives a refresh. */
export function whenChanged<T>(show: (value: T) => void): (value: T) => void {
  let shown = "";
  return (value) => {
    const next = JSON.stringify(value);
    if (next === shown) return;
    shown = next;
    show(value);
  };
}

/** Text that others wrote: its direction is its own. */
export function theirs(text: string): HTMLElement {
  return h("bdi", {}, text);
}
