import { z } from "zod";
import { CallError } from "./call-error.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

/** What a call to the pricing API needs; `callMs` bounds the whole of it. */
export interface PriceOptions extends Omit<TransportOptions, "silenceMs"> {
  /** Endpoint id. */
  readonly model: string;
  readonly signal: AbortSignal | null;
}

/** Price of one unit, or why nobody can say. */
export type Price =
  | {
      readonly type: "price";
      /** Micro-dollars (1 USD is 1,000,000) for one unit, rounded up; 0: free. */
      readonly microUsd: number;
      /** What is counted, in fal's word: `image`, `megapixel`, a second of a GPU. */
      readonly unit: string;
    }
  | { readonly type: "unknown"; readonly why: PriceTrouble };

/**
 * `unreachable` no whole answer in time · `key` fal does not know the key · `refused` any other refusal ·
 * `failing` fal's own trouble, or an answer that makes no sense · `not-listed` fal has no price for this endpoint ·
 * `not-usd` a price in another currency.
 */
export type PriceTrouble = "unreachable" | "key" | "refused" | "failing" | "not-listed" | "not-usd";

const MICRO = 1_000_000;

/** Source: fal's platform reference, models/pricing. */
const pricesSchema = z.looseObject({
  prices: z.array(z.looseObject({ endpoint_id: z.string() })),
});

const priceSchema = z.looseObject({
  // Far above every price of fal's, and far below where micro-dollars stop being exact.
  unit_price: z.number().min(0).max(MICRO),
  unit: z.string().min(1).max(100),
  currency: z.string().length(3),
});

/**
 * What one unit of the model costs, from fal's pricing API. It costs nothing to ask.
 * Rejects with the signal's reason when aborted, and for nothing else.
 */
export async function readPrice({ model, signal, ...options }: PriceOptions): Promise<Price> {
  const transport = createTransport({ ...options, silenceMs: options.callMs });
  try {
    const url = `https://api.fal.ai/v1/models/pricing?${new URLSearchParams({ endpoint_id: model })}`;
    return priceIn(await transport.get("pricing", url, signal), model);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { type: "unknown", why: troubleOf(error) };
  } finally {
    await transport.close();
  }
}

function priceIn(answer: unknown, model: string): Price {
  const list = pricesSchema.safeParse(answer);
  if (!list.success) return { type: "unknown", why: "failing" };
  const entry = list.data.prices.find(({ endpoint_id }) => endpoint_id === model);
  if (entry === undefined) return { type: "unknown", why: "not-listed" };
  const price = priceSchema.safeParse(entry);
  if (!price.success) return { type: "unknown", why: "failing" };
  if (price.data.currency.toUpperCase() !== "USD") return { type: "unknown", why: "not-usd" };
  return { type: "price", microUsd: microOf(price.data.unit_price), unit: price.data.unit };
}

/** Rounded up, so that no sum falls short of fal's; less than a millionth of one is the error of a binary fraction. */
function microOf(usd: number): number {
  return Math.max(0, Math.ceil(usd * MICRO - 1e-6));
}

function troubleOf({ problem, status }: CallError): PriceTrouble {
  if (problem === "garbled" || problem === "too-large") return "failing";
  if (status === null) return "unreachable";
  if (status === 401) return "key";
  if (status === 404) return "not-listed";
  // 429 says come back later, and a redirect is not fal's.
  return status === 429 || status < 400 || status > 499 ? "failing" : "refused";
}
