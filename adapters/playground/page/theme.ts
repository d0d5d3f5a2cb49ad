import { byId } from "./dom.ts";

const KEY = "playground-theme";

/** Light or dark as the system says, until one says otherwise. */
export function setUpTheme(): void {
  const button = byId("theme", HTMLButtonElement);
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const current = () => document.documentElement.dataset["theme"] ?? (system.matches ? "dark" : "light");

  const show = () => {
    const other = current() === "dark" ? "light" : "dark";
    button.textContent = other === "dark" ? "🌙" : "☀️";
    button.title = `Switch to ${other}`;
    button.setAttribute("aria-label", `Switch to ${other}`);
  };
  const stored = localStorage.getItem(KEY);
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
  button.addEventListener("click", () => {
    const next = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    localStorage.setItem(KEY, next);
    show();
  });
  system.addEventListener("change", show);
  show();
}
