import { compileBlocklist, readEntry } from "../../src/core/blocklist/blocklist.ts";
import type { OwnerOptions } from "../../src/core/core.ts";
import type { InboundEvent } from "../../src/core/events.ts";
import { blocksRecord, settingsRecord } from "../../src/core/policy/records.ts";
import { plainLine, type View } from "../../src/core/view.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { aPolicy } from "./builders.ts";
import type { CoreWorld } from "./core-world.ts";
import { aPerson, type FakeAnswer } from "./fake-platform.ts";

/** The owner's controls over a storage, with nothing limited unless a test says so. */
export function ownerOptions(storage: Storage, overrides: Partial<OwnerOptions> = {}): OwnerOptions {
  return {
    ledger: storage.ledger,
    workspaces: storage.records("workspaces", settingsRecord),
    blocks: storage.records("blocks", blocksRecord),
    defaults: aPolicy(),
    botCeilings: { day: null, month: null },
    owners: new Set(),
    alertChannels: [],
    blocklist: [],
    compileBlocklist,
    readEntry,
    price: () => 45_000,
    ...overrides,
  };
}

/** What somebody reads who types a line, such as "/images usage", and what else they were told. */
export async function typed(
  world: Pick<CoreWorld, "platform" | "idle">,
  line: string,
  { user = "ada", ...event }: { readonly user?: string } & Partial<InboundEvent> = {},
): Promise<FakeAnswer> {
  const [, command = "", text = ""] = /^\/(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  const answer = await world.platform.command(text, {
    command,
    requester: aPerson(user),
    ...event,
  } as Partial<InboundEvent>);
  await world.idle();
  return answer;
}

/** Title, lines and facts of a view as plain text, one line each. */
export function words(view: View | undefined, now = 0): string {
  if (view === undefined) return "";
  const facts = view.facts.map(({ label, value }) => `${label}: ${value}`);
  return [view.title, ...view.lines]
    .map((line) => plainLine(line, now))
    .concat(facts)
    .join("\n");
}

/** The private words of an answer, or "" when something public was posted instead. */
export const told = (answer: FakeAnswer, now = 0): string =>
  answer.refusals.map((view) => words(view, now)).join("\n");
