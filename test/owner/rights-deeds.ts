import type { Deed } from "../../src/core/policy/rights.ts";
import type { Named, Person, Place, Seen, Typed } from "./place.ts";
import { repliesTo, type Town, toldTo } from "./town.ts";

/** One thing people try, and how it is seen that it was done. */
export interface Try {
  readonly deed: Deed;
  readonly name: string;
  /** An emoji in vain is answered at most once an hour, where it is at all. @default "words" */
  readonly by?: "emoji";
  /** What it is tried on: a finished picture of the requester's, one that is being painted, or nothing. @default nothing */
  readonly on?: "picture" | "running";
  /** What the owner does before, and what puts things right afterwards. */
  readonly before?: (scene: Scene) => Order;
  readonly after?: (scene: Scene) => Order;
  act(scene: Scene): Promise<void> | void;
  /** Asked again and again while it should be done, and once when it should not. */
  isDone(scene: Scene): Promise<boolean> | boolean;
}

/** What `/images-admin` is to do. */
export type Order = readonly [action: string, values?: NonNullable<Typed["values"]>];

/** Somebody about to try something. */
export interface Scene {
  readonly town: Town;
  readonly place: Place;
  readonly person: Person;
  /** No other request has it. */
  readonly prompt: string;
  /** The reply it is tried on. */
  readonly message: Seen;
  readonly jobId: string;
  /** Somebody else, to be blocked. */
  readonly target: Extract<Named, { type: "user" }>;
  /** How things were: what the person was told, what they were sent, what is stored. */
  readonly past: { readonly told: number; readonly sent: number; readonly records: string };
}

const images = (action: string, values: Typed["values"] = {}): Typed => ({
  command: "images",
  action,
  values,
});
const admin = (action: string, values: Typed["values"] = {}): Typed => ({
  command: "images-admin",
  action,
  values,
});
const here: Named = { type: "channel", which: "here" };
const log: Named = { type: "channel", which: "log" };
const role: Named = { type: "role" };

const press =
  (intent: Parameters<Place["press"]>[2]): Try["act"] =>
  ({ place, person, message }) =>
    place.press(person, message, intent);
const react =
  (emoji: Parameters<Place["react"]>[2]): Try["act"] =>
  ({ place, person, message }) =>
    place.react(person, message, emoji);
const type =
  (typed: (scene: Scene) => Typed): Try["act"] =>
  (scene) =>
    scene.place.type(scene.person, typed(scene));

/** Everything the person was sent in private, counted. */
export const sentTo = (place: Place, person: Person): number =>
  place
    .sent()
    .filter((one) => one.person === person)
    .reduce((sum, { pictures, documents }) => sum + pictures + documents, 0);

const painted = (count: number) => (scene: Scene) =>
  repliesTo(scene.place, scene.prompt).filter(({ pictures }) => pictures === 1).length === count;
const isGone = ({ place, prompt }: Scene) => repliesTo(place, prompt).length === 0;
const isCancelled = ({ place, prompt }: Scene) =>
  repliesTo(place, prompt).some(({ text }) => text.includes("Cancelled by"));
const isSent = ({ place, person, past }: Scene) => sentTo(place, person) > past.sent;
const isTold =
  (words: RegExp) =>
  ({ place, person, past }: Scene) =>
    toldTo(place, person)
      .slice(past.told)
      .some((text) => words.test(text));
const isChanged = async ({ town, past }: Scene) => (await town.records()) !== past.records;

/** A command that only shows something. */
const look = (deed: Deed, name: string, typed: (scene: Scene) => Typed, words: RegExp): Try => ({
  deed,
  name,
  act: type(typed),
  isDone: isTold(words),
});
/** A command that changes the settings. */
const change = (
  deed: Deed,
  name: string,
  typed: (scene: Scene) => Typed,
  rest: Pick<Try, "before" | "after">,
): Try => ({ deed, name, act: type(typed), isDone: isChanged, ...rest });

/** Every row of docs/permissions.md, by each way there is. */
export const TRIES: readonly Try[] = [
  {
    deed: "imagine",
    name: "/imagine",
    act: type(({ prompt }) => ({ command: "imagine", values: { prompt } })),
    isDone: painted(1),
  },
  { deed: "reroll", name: "Reroll", on: "picture", act: press("reroll"), isDone: painted(2) },
  { deed: "reroll", name: "🎲", by: "emoji", on: "picture", act: react("🎲"), isDone: painted(2) },
  { deed: "cancel", name: "Cancel", on: "running", act: press("cancel"), isDone: isCancelled },
  {
    deed: "cancel",
    name: "❌ while it is painted",
    by: "emoji",
    on: "running",
    act: react("❌"),
    isDone: isCancelled,
  },
  { deed: "delete", name: "Delete", on: "picture", act: press("delete"), isDone: isGone },
  { deed: "delete", name: "❌ on a picture", by: "emoji", on: "picture", act: react("❌"), isDone: isGone },
  { deed: "send-to-me", name: "Send to me", on: "picture", act: press("send-to-me"), isDone: isSent },
  { deed: "send-to-me", name: "✉️", by: "emoji", on: "picture", act: react("✉️"), isDone: isSent },

  look("look", "/images usage", () => images("usage"), /^Your pictures\n/),
  look("look", "/images history", () => images("history"), /^(Your latest pictures|You have no pictures)/),
  {
    ...look("look", "/images show", ({ jobId }) => images("show", { id: jobId }), /^Done · for /),
    on: "picture",
  },
  { deed: "own data", name: "/images export", act: type(() => images("export")), isDone: isSent },
  look(
    "own data",
    "/images forget-me",
    () => images("forget-me", { sure: "yes" }),
    /^Deleted: \d+ requests? of yours/,
  ),

  look("moderate", "/images-admin status", () => admin("status"), /^How things stand/),
  look("moderate", "/images-admin limits", () => admin("limits"), /^Limits · as they are now/),
  change("moderate", "/images-admin block", ({ target }) => admin("block", { user: target }), {
    after: ({ target }) => ["unblock", { user: target }],
  }),
  change("moderate", "/images-admin unblock", ({ target }) => admin("unblock", { user: target }), {
    before: ({ target }) => ["block", { user: target }],
    after: ({ target }) => ["unblock", { user: target }],
  }),
  look(
    "moderate",
    "/images-admin blocklist test",
    () => admin("blocklist", { do: "test", entry: "a cat" }),
    /^That prompt would be painted/,
  ),
  change(
    "moderate",
    "/images-admin blocklist add",
    () => admin("blocklist", { do: "add", entry: "banana" }),
    {
      after: () => ["blocklist", { do: "remove", entry: "banana" }],
    },
  ),
  change("moderate", "/images-admin pause", () => admin("pause"), { after: () => ["resume"] }),
  change("moderate", "/images-admin resume", () => admin("resume"), {
    before: () => ["pause"],
    after: () => ["resume"],
  }),

  change("govern", "/images-admin limits per-hour", () => admin("limits", { "per-hour": "1000" }), {
    after: () => ["limits", { "per-hour": "off" }],
  }),
  change("govern", "/images-admin channel", () => admin("channel", { rule: "allow", channel: here }), {
    after: () => ["channel", { rule: "clear", channel: here }],
  }),
  change("govern", "/images-admin role", () => admin("role", { rule: "deny", role }), {
    after: () => ["role", { rule: "clear", role }],
  }),
  change("govern", "/images-admin log-channel", () => admin("log-channel", { channel: log }), {
    after: () => ["log-channel", { turn: "off" }],
  }),
];
