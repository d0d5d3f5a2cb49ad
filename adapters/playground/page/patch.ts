/** One piece of a larger element. */
export interface Part {
  readonly key: string;
  /** Whatever the element is made from: while this stays equal, the element stays. */
  readonly data: unknown;
  readonly make: () => HTMLElement;
  /** Called after `make` and on every later patch, for what changes without a new element. */
  readonly update?: (element: HTMLElement) => void;
}

const made = new WeakMap<HTMLElement, { readonly key: string; readonly signature: string }>();

/**
 * Shows the parts in this order and touches only those that changed, so that pictures do not load again,
 * animations run on and the keyboard's place is kept.
 */
export function patch(container: HTMLElement, parts: readonly Part[]): void {
  const focused = focusedWithin(container);
  const before = new Map<string, HTMLElement>();
  for (const child of container.children) {
    const known = child instanceof HTMLElement ? made.get(child) : undefined;
    if (known !== undefined && child instanceof HTMLElement) before.set(known.key, child);
  }
  const after = parts.map((part) => {
    const signature = JSON.stringify(part.data) ?? "";
    const old = before.get(part.key);
    const keep = old !== undefined && made.get(old)?.signature === signature;
    const element = keep ? old : part.make();
    if (!keep) made.set(element, { key: part.key, signature });
    part.update?.(element);
    return element;
  });
  for (const old of before.values()) if (!after.includes(old)) old.remove();
  for (const [index, element] of after.entries()) {
    const there = container.children[index];
    if (there !== element) container.insertBefore(element, there ?? null);
  }
  if (focused !== null && !container.contains(document.activeElement)) {
    container.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** The `data-focus` name of what has the keyboard, so that its successor can take over. */
function focusedWithin(container: HTMLElement): string | null {
  const active = document.activeElement;
  return active instanceof HTMLElement && container.contains(active)
    ? (active.dataset["focus"] ?? null)
    : null;
}
