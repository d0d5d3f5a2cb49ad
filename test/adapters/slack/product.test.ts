import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { pictureAt } from "../../e2e/at-fal.ts";
import { eventually } from "../../support/eventually.ts";
import { leadTo, openHome, type Product, type ProductHome } from "../../support/product.ts";
import { createSlackEmulator, type SlackEmulator } from "../../support/slack/emulator.ts";
import { createPeople, type SlackPeople } from "../../support/slack/people.ts";
import { imagesOf, readText } from "../../support/slack/reader.ts";
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, type SlackMessage } from "../../support/slack/state.ts";
import { ADA, BOB, CHANNEL } from "../../support/slack/world.ts";

const closables: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closables.splice(0).reverse()) await close();
});

interface World {
  readonly emulator: SlackEmulator;
  readonly people: SlackPeople;
  readonly simulator: Simulator;
  readonly simulatorUrl: string;
  readonly home: ProductHome;
  health(): string;
  start(): Promise<Product>;
}

/** The built product, Slack's emulator and fal's simulator, each over real sockets. */
async function world(transport: "socket" | "http"): Promise<World> {
  const emulator = await createSlackEmulator({ transport, rates: "off", fileReadyMs: 50 });
  const { state } = emulator;
  state.addChannel({ id: CHANNEL });
  for (const [id, name] of [
    [ADA, "ada"],
    [BOB, "bob"],
  ] as const) {
    state.addUser({ id, name, isAdmin: false, isBot: false });
    state.channels.get(CHANNEL)?.members.add(id);
  }
  const simulator = createSimulator({ durationMs: [100, 150], pixelScale: 0.05 });
  const { url } = await simulator.start();
  const way =
    transport === "socket" ? { SLACK_APP_TOKEN: APP_TOKEN } : { SLACK_SIGNING_SECRET: SIGNING_SECRET };
  const slack = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: emulator.apiUrl, ...way };
  const home = await openHome({ ...leadTo(url), FAL_KEY: "test:key", ...slack });
  closables.push(
    () => emulator.close(),
    () => simulator.stop(),
    () => home.close(),
  );
  const here: World = {
    emulator,
    people: createPeople(emulator),
    simulator,
    simulatorUrl: url,
    home,
    health: () => emulator.requestUrl.replace("slack/events", "healthz"),
    start: async () => {
      const product = home.start();
      emulator.requestUrl = `${(await product.ready).replace(/\/$/, "")}/slack/events`;
      await listening(here);
      return product;
    },
  };
  return here;
}

/** Waits until the n-th message of the bot's shows its picture. */
async function painted({ emulator }: World, n: number): Promise<SlackMessage> {
  return vi.waitFor(
    () => {
      const message = emulator.state.messages.filter((one) => one.user === "U0BOT")[n];
      expect(message).toBeDefined();
      if (message === undefined) return expect.unreachable();
      expect(imagesOf(message.shown.blocks, emulator.state)).toHaveLength(1);
      return message;
    },
    { timeout: 60_000, interval: 20 },
  );
}

/** What fal painted, byte for byte. */
async function sha256AtFal({ simulator, simulatorUrl }: World, n: number): Promise<string> {
  const picture = await pictureAt(simulatorUrl, simulator.requests()[n]?.id ?? "");
  return createHash("sha256").update(picture).digest("hex");
}

/** Waits until the product hears people again. */
const listening = ({ health }: World) =>
  vi.waitFor(async () => expect((await fetch(health())).status).toBe(200), { timeout: 60_000 });

describe.each(["socket", "http"] as const)("the whole product on Slack (%s)", (transport) => {
  it("paints for a command, rolls for another person's reaction, also after a kill, and for a form in a thread", async () => {
    const here = await world(transport);
    const { emulator, people } = here;
    const { state } = emulator;
    let product = await here.start();

    const delivered = await people.slash(ADA, CHANNEL, "imagine", "a lighthouse & <b> ar:16:9 seed:42");
    expect(delivered).toMatchObject({ outcome: "acked" });
    // In the middle of the job every connection is lost.
    emulator.link.drop("all");
    const first = await painted(here, 0);
    expect(first.revisions.length).toBeGreaterThan(1);
    expect(readText(first.shown.text, first.shown.blocks)).toContain("a lighthouse & <b>");
    const [image] = imagesOf(first.shown.blocks, state);
    expect(image).toEqual({ alt: "a lighthouse & <b>", sha256: await sha256AtFal(here, 0) });
    await listening(here);

    await people.react("added", BOB, first, "game_die");
    const second = await painted(here, 1);
    expect(second.threadTs).toBe(first.ts);

    await product.kill();
    product = await here.start();
    await people.react("added", ADA, first, "repeat");
    const third = await painted(here, 2);
    expect(third.threadTs).toBe(first.ts);
    expect(imagesOf(third.shown.blocks, state)[0]?.sha256).not.toBe(image?.sha256);

    const said = people.say(BOB, CHANNEL, "a paper boat", first.ts);
    await people.messageShortcut(BOB, said, "imagine-message");
    await eventually(() => expect(state.modals.has(BOB)).toBe(true));
    await people.submit(BOB, { ar: "3:2" });
    const fourth = await painted(here, 3);
    expect(fourth.threadTs).toBe(first.ts);
    expect(readText(fourth.shown.text, fourth.shown.blocks)).toContain("a paper boat");

    await people.press(ADA, first, `delete:${actionJob(first)}`);
    await eventually(() => expect(first.deleted).toBe(true));
    expect(await product.stop()).toMatchObject({ code: 0 });
  }, 60_000);

  it("says in private where it may not post, and pays for nothing", async () => {
    const here = await world(transport);
    here.emulator.state.addChannel({ id: "C0OTHER", members: new Set([ADA]) });
    await here.start();
    await here.people.slash(ADA, "C0OTHER", "imagine", "a lighthouse");
    const { ephemerals } = here.emulator.state;
    await eventually(() => expect(ephemerals).toHaveLength(1));
    expect(ephemerals[0]?.text).toContain("/invite @imagine");
    expect(here.simulator.requests()).toEqual([]);
  });
});

describe("the whole product with a wrong token", () => {
  it("does not start, and says which token and why", async () => {
    const here = await world("socket");
    const product = here.home.start({ SLACK_APP_TOKEN: "xapp-unknown" });
    expect(await product.exited).toMatchObject({ code: 1 });
    expect(product.stderr()).toContain("SLACK_APP_TOKEN was refused by Slack (invalid_auth)");
  });
});

function actionJob(message: SlackMessage): string {
  const ids = JSON.stringify(message.shown.blocks).match(/"action_id":"delete:([^"]+)"/);
  return ids?.[1] ?? expect.unreachable();
}
