const KEY = "playground-history";
const KEPT = 50;

/** What one sent before, newest last, kept for this tab. */
export interface History {
  add(text: string): void;
  /** The text to show instead of `current`; null when `current` is the person's own, or there is nothing further. */
  step(direction: "earlier" | "later", current: string): string | null;
}

export function createHistory(): History {
  const texts = read();
  let at = texts.length;
  return {
    add: (text) => {
      if (texts.at(-1) !== text) texts.push(text);
      texts.splice(0, texts.length - KEPT);
      at = texts.length;
      sessionStorage.setItem(KEY, JSON.stringify(texts));
    },
    step: (direction, current) => {
      if (current === "") at = texts.length;
      // Only an empty box or an unchanged earlier text is left by an arrow; anything else is being edited.
      else if (current !== texts[at]) return null;
      const next = at + (direction === "earlier" ? -1 : 1);
      if (next < 0 || next > texts.length) return null;
      at = next;
      return texts[at] ?? "";
    },
  };
}

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}
