/** What may be put into an element; `null` and `false` leave nothing. Strings are text, never markup. */
export type Child = Node | string | null | false;

export interface Props {
  readonly class?: string;
  readonly attrs?: Readonly<Record<string, string>>;
  readonly on?: { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

/** Makes an element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (props.class !== undefined) element.className = props.class;
  for (const [name, value] of Object.entries(props.attrs ?? {})) element.setAttribute(name, value);
  for (const [type, handler] of Object.entries(props.on ?? {})) {
    element.addEventListener(type, handler as EventListener);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** A button that does not submit anything. */
export function button(label: Child, props: Props & { readonly onPress: () => void }): HTMLButtonElement {
  return h(
    "button",
    {
      ...props,
      attrs: { type: "button", ...props.attrs },
      on: { ...props.on, click: () => props.onPress() },
    },
    label,
  );
}

/** An element of index.html. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html lacks #${id}`);
  return element;
}

/** Reads out a sentence to people who listen, once they are done listening to what came before. */
export function announce(sentence: string): void {
  byId("announcer", HTMLElement).textContent = sentence;
}
