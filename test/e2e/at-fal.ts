import { z } from "zod";
import { fetchBytes } from "./playground-client.ts";

const APP = "imagineart/imagineart-1.5-pro-preview";
const requestsSchema = z.object({
  requests: z.array(z.object({ id: z.string(), state: z.string(), input: z.json() })),
});
const faultsSchema = z.object({ faults: z.array(z.unknown()) });
const resultSchema = z.object({ images: z.array(z.object({ url: z.string() })).length(1) });

/** Every request the simulator at this address has accepted, oldest first. */
export async function requestsAt(url: string) {
  return requestsSchema.parse(await json(`${url}/_simulator/requests`)).requests;
}

/** How many programmed faults no call has met yet. */
export async function faultsLeftAt(url: string): Promise<number> {
  return faultsSchema.parse(await json(`${url}/_simulator/faults`)).faults.length;
}

/** The bytes the simulator serves as the picture of a request. */
export async function pictureAt(url: string, requestId: string): Promise<Buffer> {
  const { images } = resultSchema.parse(await json(`${url}/${APP}/requests/${requestId}`));
  return fetchBytes(images[0]?.url ?? "");
}

async function json(address: string): Promise<unknown> {
  const response = await fetch(address);
  return response.json();
}
