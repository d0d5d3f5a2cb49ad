import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { Ticket } from "../core/model.ts";
import type { TakeOrder } from "../core/ports.ts";
import { inputFor, type ModelInput } from "./models.ts";
import { isRequestId } from "./request-id.ts";
import type { Transport } from "./transport.ts";

export interface HistoryOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Endpoint id the orders are sent to. */
  readonly model: string;
}

/** Where fal tells which requests an endpoint had. Source: fal's platform reference, models/requests/by-endpoint. */
export const HISTORY_URL = "https://api.fal.ai/v1/models/requests/by-endpoint";

/** One page of fal's request history. */
const pageSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      request_id: z.string(),
      sent_at: z.string(),
      json_input: z.unknown().optional(),
    }),
  ),
  next_cursor: z.string().nullish(),
  has_more: z.boolean().nullish(),
});
type Item = z.infer<typeof pageSchema>["items"][number];

const inputShape = z.looseObject({
  prompt: z.string(),
  aspect_ratio: z.string(),
  seed: z.number(),
});

// Our clock and fal's differ a little.
const CLOCK_SLACK_MS = 5000;
// A mark so far in the future: our clock was set back since, and when the request left is not known.
const SET_BACK_MS = 10 * 60_000;
const LOOK_BACK_MS = 60 * 60_000;
const PAGE_SIZE = 100;
const MAX_PAGES = 20;

/**
 * Finds a request whose answer was lost, by its exact input and the time it was sent.
 * "absent" only when the whole window could be read and nothing in it can be ours; fal may list late, so the
 * caller asks again for a while. "unknown" when the history, or an entry that may be ours, cannot be read.
 */
export async function findInHistory(
  options: HistoryOptions,
  order: TakeOrder,
  since: number,
  taken: ReadonlySet<string>,
): Promise<Ticket | "absent" | "unknown"> {
  const input = inputFor(order);
  const now = options.clock.now();
  const earliest = since > now + SET_BACK_MS ? now - LOOK_BACK_MS : since - CLOCK_SLACK_MS;
  const items = await readItems(options, earliest);
  if (items === null) return "unknown";

  const open = items.filter(
    (item) =>
      Date.parse(item.sent_at) >= earliest && !taken.has(item.request_id) && isRequestId(item.request_id),
  );
  const [match] = open
    .filter((item) => isSameInput(item.json_input, input))
    .sort((a, b) => Date.parse(a.sent_at) - Date.parse(b.sent_at));
  if (match !== undefined) return { requestId: match.request_id, endpoint: options.model };
  return open.some((item) => item.json_input == null) ? "unknown" : "absent";
}

function isSameInput(listed: unknown, input: ModelInput): boolean {
  const { data } = inputShape.safeParse(listed);
  return (
    data !== undefined &&
    data.prompt === input.prompt &&
    data.aspect_ratio === input.aspect_ratio &&
    data.seed === input.seed
  );
}

/** Null when not everything could be read. */
async function readItems(options: HistoryOptions, earliest: number): Promise<readonly Item[] | null> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const read = await readPage(options, earliest, cursor);
    if (read === null) return null;
    items.push(...read.items);
    cursor = read.next_cursor ?? null;
    if (read.has_more === false || cursor === null) return read.has_more === true ? null : items;
  }
  return null;
}

async function readPage(
  { transport, clock, model }: HistoryOptions,
  earliest: number,
  cursor: string | null,
) {
  const query = new URLSearchParams({
    endpoint_id: model,
    start: new Date(earliest).toISOString(),
    end: new Date(clock.now() + CLOCK_SLACK_MS).toISOString(),
    expand: "payloads",
    limit: String(PAGE_SIZE),
    ...(cursor === null ? {} : { cursor }),
  });
  try {
    return pageSchema.safeParse(await transport.get("history", `${HISTORY_URL}?${query}`, null)).data ?? null;
  } catch {
    return null; // asked again later; the call itself is counted by the transport
  }
}
