import type { Dashboard } from "./wire.ts";

/** Pause between two looks, ms. */
const EVERY_MS = 10_000;
/** Longest wait for an answer, ms: the first look into many jobs takes its time. */
const PATIENCE_MS = 30_000;

export interface RefreshHandlers {
  onData(dashboard: Dashboard): void;
  /** A sentence for the reader; what is shown is no longer new. */
  onTrouble(sentence: string): void;
}

/** Asks for the dashboard again and again for as long as somebody looks at the page. */
export async function keepFresh({ onData, onTrouble }: RefreshHandlers): Promise<never> {
  while (true) {
    await inView();
    const answer = await ask();
    if (typeof answer === "string") onTrouble(answer);
    else onData(answer);
    await new Promise((resolve) => window.setTimeout(resolve, EVERY_MS));
  }
}

async function ask(): Promise<Dashboard | string> {
  try {
    const response = await fetch("data", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status === 401 || response.status === 403)
      return "The token no longer holds. Open this page with ?token= and the WEB_TOKEN of the bot again.";
    const body = await response.json();
    return response.ok ? body : String(body.error ?? "The bot cannot answer at the moment.");
  } catch {
    return "Connection lost. Trying again…";
  }
}

function inView(): Promise<void> {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}
