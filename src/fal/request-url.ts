import { parseEndpointId } from "@fal-ai/client";
import type { Ticket } from "../core/model.ts";

/**
 * Where a request lives at fal's queue. Everything but the submit leaves the endpoint's path out: owner and app only
 * (source: fal's inference reference).
 */
export function requestUrl({ endpoint, requestId }: Ticket): string {
  const { namespace, owner, alias } = parseEndpointId(endpoint);
  const app = [namespace, owner, alias].filter((part) => part !== undefined).join("/");
  return `https://queue.fal.run/${app}/requests/${encodeURIComponent(requestId)}`;
}
