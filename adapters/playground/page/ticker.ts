/** The server's time, and everything on the page that counts it. */
export interface Ticker {
  /** Epoch ms by the server's clock. */
  now(): number;
  /** Learns how far the two clocks are apart. */
  adjust(serverNow: number): void;
  /** Calls `update` now and about each second, for as long as the element is on the page. */
  follow(element: Element, update: (now: number) => void): void;
}

export function createTicker(): Ticker {
  const updates = new Map<Element, (now: number) => void>();
  const seen = new WeakSet<Element>();
  let offset = 0;
  const now = () => Date.now() + offset;

  const tick = () => {
    for (const [element, update] of updates) {
      if (element.isConnected) {
        seen.add(element);
        update(now());
      } else if (seen.has(element)) updates.delete(element);
    }
  };
  window.setInterval(tick, 500);

  return {
    now,
    adjust: (serverNow) => {
      offset = serverNow - Date.now();
      tick();
    },
    follow: (element, update) => {
      updates.set(element, update);
      update(now());
    },
  };
}

/** "8 s", "2 min 5 s". */
export function duration(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 0);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** "in 12 s", "3 min ago", "in 5 h", "2 days ago", "now". */
export function relative(at: number, now: number): string {
  const gap = Math.round((at - now) / 1000) * 1000;
  if (gap === 0) return "now";
  const size = roughly(Math.abs(gap));
  return gap > 0 ? `in ${size}` : `${size} ago`;
}

function roughly(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1.5) return duration(ms);
  if (minutes < 90) return `${Math.round(minutes)} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
