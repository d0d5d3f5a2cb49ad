import type { Clock } from "../core/clock.ts";
import { type Finding, scribeOf } from "../doctor/finding.ts";
import { CallError } from "./call-error.ts";
import { HISTORY_URL } from "./history.ts";
import { type Price, type PriceTrouble, readPrice } from "./price.ts";
import { requestUrl } from "./request-url.ts";
import { createTransport, type FalUrls, type Transport } from "./transport.ts";

export interface FalDiagnosisOptions {
  readonly credentials: string;
  /** Endpoint id. */
  readonly model: string;
  readonly urls: FalUrls;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Longest time of one call, ms. @default 8000 */
  readonly callMs?: number;
}

/** A request fal never had: asking for it is free, and shows whether the key and the model are known. */
const NO_REQUEST = "00000000-0000-4000-8000-000000000000";

const WHOLE_KEY = "Make a key for the whole API on fal's dashboard.";

const say = scribeOf("fal");

/** Looks at fal without ever submitting: nothing here costs money. */
export async function* diagnoseFal(options: FalDiagnosisOptions): AsyncGenerator<Finding> {
  const { credentials, model, urls, clock, signal, callMs = 8000 } = options;
  const common = { credentials, urls, clock, telemetry() {}, callMs };
  const transport = createTransport({ ...common, silenceMs: callMs });
  try {
    const [queue, history, price] = await Promise.all([
      probe(transport, `${requestUrl({ endpoint: model, requestId: NO_REQUEST })}/status`, signal),
      probe(transport, historyUrl(model, clock.now()), signal),
      readPrice({ ...common, model, signal }),
    ]);
    const hosts = { queue: new URL(urls.queue).host, platform: new URL(urls.platform).host };
    const failure = failureIn(queue, history, price, { ...hosts, model });
    if (failure !== null) return yield failure;
    yield ofQueue(queue, hosts.queue, model);
    yield* ofPlatform(history, price, hosts.platform, model);
    yield say.note(
      "Whether the account is locked or out of balance shows only when a picture is asked for; the bot then pauses its line and says so in the log.",
    );
  } finally {
    await transport.close();
  }
}

/** What came of a harmless read; `detail` is fal's own reason, which cannot quote a prompt: none was sent. */
type Probe =
  | { readonly type: "taken" }
  | { readonly type: Exclude<PriceTrouble, "not-listed" | "not-usd"> | "no-model"; readonly detail: string };

async function probe(transport: Transport, url: string, signal: AbortSignal): Promise<Probe> {
  try {
    await transport.get("diagnosis", url, signal);
    return { type: "taken" };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return ofError(error);
  }
}

function ofError({ problem, reason, refusal }: CallError): Probe {
  if (refusal === null) {
    const type = problem === "garbled" || problem === "too-large" ? "failing" : "unreachable";
    return { type, detail: reason ?? problem };
  }
  const detail = refusal.detail?.slice(0, 200) ?? `HTTP ${refusal.status}`;
  if (refusal.status === 401) return { type: "key", detail };
  // Any other 404 says that there is no such request, which is what we know.
  if (refusal.status === 404) return { type: /^Application /.test(detail) ? "no-model" : "taken", detail };
  if (refusal.status === 429 || refusal.status < 400 || refusal.status > 499)
    return { type: "failing", detail };
  return { type: "refused", detail };
}

/** The one thing that makes everything else pointless; null when there is none. */
function failureIn(
  queue: Probe,
  history: Probe,
  price: Price,
  {
    queue: queueHost,
    platform,
    model,
  }: { readonly queue: string; readonly platform: string; readonly model: string },
): Finding | null {
  const isKeyRefused = (one: Probe | Price) =>
    one.type === "key" || (one.type === "unknown" && one.why === "key");
  if ([queue, history, price].some(isKeyRefused))
    return say.failure(
      "fal does not know the key.",
      "Copy the key again from fal's dashboard (fal.ai/dashboard/keys) into FAL_KEY.",
    );
  switch (queue.type) {
    case "unreachable": {
      const hosts =
        history.type === "unreachable" && platform !== queueHost ? `${queueHost} and ${platform}` : queueHost;
      return say.failure(
        `${hosts} cannot be reached (${queue.detail}).`,
        "Look at this machine's network, proxy and firewall, and at FAL_QUEUE_URL if you set it.",
      );
    }
    case "refused":
      return say.failure(
        `fal refuses the account: ${queue.detail}`,
        "Look at the account on fal's dashboard: balance, budget, and what the key may do.",
      );
    case "no-model":
      return say.failure(
        `fal does not know the model ${model}.`,
        "Set FAL_MODEL to the id on the model's page at fal, or unset it.",
      );
    default:
      return null;
  }
}

function ofQueue(queue: Probe, host: string, model: string): Finding {
  if (queue.type === "failing")
    return say.warning(
      `${host} has trouble now (${queue.detail}).`,
      "Wait, and run the doctor again; the bot tries again by itself.",
    );
  return say.ok(`${host} takes the key and the model ${model}.`);
}

function* ofPlatform(history: Probe, price: Price, host: string, model: string): Generator<Finding> {
  if (history.type === "unreachable") {
    yield say.warning(
      `${host} cannot be reached (${history.detail}): a request whose answer is lost cannot be looked up there.`,
      "Look at the firewall, and at FAL_PLATFORM_URL if you set it.",
    );
    return;
  }
  const noPrice = price.type === "unknown" ? price.why : null;
  if (history.type === "refused" && noPrice === "refused") {
    yield say.warning(
      `fal does not let this key use ${host} (${history.detail}): the price is not known here, and a request whose answer is lost cannot be looked up.`,
      WHOLE_KEY,
    );
    return;
  }
  yield ofPrice(price, host, model);
  if (history.type === "refused")
    yield say.warning(
      `fal does not let this key read the request history (${history.detail}): a request whose answer is lost cannot be looked up.`,
      WHOLE_KEY,
    );
  else if (history.type === "taken")
    yield say.ok("The request history can be read, so a request whose answer is lost can be looked up.");
  else if (noPrice === null)
    yield say.warning(
      `${host} has trouble telling the request history now.`,
      "Wait, and run the doctor again.",
    );
}

function ofPrice(price: Price, host: string, model: string): Finding {
  if (price.type === "price") return say.ok(`One ${price.unit} costs $${dollars(price.microUsd)}.`);
  switch (price.why) {
    case "not-listed":
      return say.warning(
        `fal has no price for ${model}, so it may not be the model's whole id.`,
        "Compare FAL_MODEL with the id on the model's page at fal.",
      );
    case "not-usd":
      return say.warning(
        `fal tells the price of ${model} in another currency than dollars, so its price is not known here.`,
        "See the price on the model's page at fal.",
      );
    case "refused":
      return say.warning(
        "fal does not let this key read prices, so what a picture costs is not known here.",
        WHOLE_KEY,
      );
    case "key":
    case "unreachable":
    case "failing":
      return say.warning(`${host} has trouble telling the price now.`, "Wait, and run the doctor again.");
  }
}

/** Micro-dollars as dollars, without needless zeros. */
function dollars(microUsd: number): string {
  return (microUsd / 1_000_000).toFixed(6).replace(/\.?0+$/, "");
}

function historyUrl(model: string, now: number): string {
  const query = new URLSearchParams({
    endpoint_id: model,
    start: new Date(now - 60_000).toISOString(),
    end: new Date(now).toISOString(),
    limit: "1",
  });
  return `${HISTORY_URL}?${query}`;
}
