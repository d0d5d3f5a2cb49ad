/** Why an address may not be fetched, as a word for the log; null: it may. */
export type AddressRule = (url: URL) => "host" | "scheme" | "credentials" | null;

/**
 * Reads a list such as `fal.media`, `*.fal.media`, `127.0.0.1:4000`. An entry without a port stands for the
 * scheme's own port; `*.` stands for any host below, not for the domain itself. Plain http is for loopback only.
 */
export function createAddressRule(allowedHosts: readonly string[]): AddressRule {
  const entries = allowedHosts.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== "");
  const exact = new Set(entries.filter((entry) => !entry.startsWith("*.")));
  const endings = entries.filter((entry) => entry.startsWith("*.")).map((entry) => entry.slice(1));

  return (url) => {
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) return "scheme";
    if (url.username !== "" || url.password !== "") return "credentials";
    const allowed = exact.has(url.host) || endings.some((ending) => url.host.endsWith(ending));
    return allowed ? null : "host";
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
