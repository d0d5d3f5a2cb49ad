import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireMessage } from "../../adapters/playground/page/wire.ts";
import { openHome, type Product, type ProductHome } from "../support/product.ts";
import { pictureAt, requestsAt } from "./at-fal.ts";
import { enterPlayground, type PlaygroundClient, plain, type Shown } from "./playground-client.ts";

/** The product as it comes, only with a quicker simulator. */
describe("with nothing configured", () => {
  let home: ProductHome;
  let product: Product;
  let url: string;
  let simulatorUrl: string;
  let ada: PlaygroundClient;
  let ben: PlaygroundClient;

  beforeAll(async () => {
    home = await openHome({ SIMULATOR_SECONDS: "0.2-0.4" });
    product = home.start();
    url = await product.ready;
    simulatorUrl = (await product.logged(/"msg":"Pictures: the simulator at (http[^,]+),/))[1] ?? "";
    ada = await enterPlayground(url, "ada");
    ben = await enterPlayground(url, "ben");
  });
  afterAll(async () => {
    ada.close();
    ben.close();
    await home.close();
  });

  /** Asks for a picture and waits until it is there and on record. */
  async function paint(who: PlaygroundClient, text: string): Promise<Shown> {
    const done = await who.seeKind(await who.imagine(text), "done");
    await product.logged(new RegExp(`"jobId":"${done.view.jobId}"[^\n]*"msg":"Job done"`));
    return done;
  }

  const factsOf = ({ view }: Shown) =>
    Object.fromEntries(view.facts.map(({ label, value }) => [label, value]));

  it("answers /imagine with progress and then the very picture that was painted, in one message", async () => {
    const first = await ada.imagine("prompt:a lighthouse at dusk ar:16:9 seed:42");
    expect(["waiting", "working"]).toContain(first.view.kind);
    expect(first.view.prompt).toBe("a lighthouse at dusk");
    expect(first.view.actions.map((action) => action.intent)).toEqual(["cancel"]);

    const done = await ada.seeKind(first, "done");
    expect(factsOf(done)).toEqual({ Ratio: "16:9", Seed: "42" });
    expect(done.view.command).toBe("/imagine prompt:a lighthouse at dusk ar:16:9 seed:42");
    expect(done.view.images[0]).toMatchObject({ alt: "a lighthouse at dusk", ratio: "16:9" });

    const request = (await requestsAt(simulatorUrl)).at(-1);
    expect(request?.input).toEqual({ prompt: "a lighthouse at dusk", aspect_ratio: "16:9", seed: 42 });
    const bytes = await ada.picture(done);
    expect(bytes.equals(await pictureAt(simulatorUrl, request?.id ?? ""))).toBe(true);
    const { width, height } = await sharp(bytes).metadata();
    expect(done.view.images[0]).toMatchObject({ width, height });
    expect(width / height).toBeCloseTo(16 / 9, 1);
  });

  it("sends a prompt to fal exactly as typed", async () => {
    const prompt = "a “sign” at https://example.org/?q=1 that says: «سلام» 🦊\n  two  lines";
    await paint(ada, `prompt:${prompt}`);
    expect((await requestsAt(simulatorUrl)).at(-1)?.input).toMatchObject({ prompt });
  });

  it("rolls another picture for anybody's 🎲, with a link to the one it came from", async () => {
    const parent = await paint(ada, "a fox in the snow ar:3:2");
    await ben.react(parent, "🎲");
    const roll = await ben.see(
      "Ben's roll",
      ({ cause }) => cause?.user === "ben" && cause.did === "reacted with 🎲",
    );
    const done = await ben.seeKind(roll, "done");
    expect(done.view.prompt).toBe("a fox in the snow");
    expect(factsOf(done)["Ratio"]).toBe("3:2");
    expect(factsOf(done)["Seed"]).not.toBe(factsOf(parent)["Seed"]);
    expect((await ben.picture(done)).equals(await ada.picture(parent))).toBe(false);
    expect(done.view.lines.map(plain)).toEqual(["For Ben", "Another roll of this picture"]);
    expect(done.view.lines.flat()).toContainEqual(
      expect.objectContaining({ type: "job", messageKey: `playground:${parent.id}` }),
    );
  });

  it("rolls again for the button, too", async () => {
    const parent = await paint(ada, "a paper boat");
    expect(await ben.press(parent, "reroll")).toEqual({ type: "reply" });
    const roll = await ben.see(
      "the roll",
      ({ replyTo, cause }) => replyTo === parent.id && cause?.user === "ben",
    );
    await ben.seeKind(roll, "done");
  });

  it("cancels what is being painted, and deletes a picture for its owner only", async () => {
    const stuck = await ada.imagine("[sim:stuck] a glacier");
    await ada.press(stuck, "cancel");
    const cancelled = await ada.seeKind(stuck, "cancelled");
    expect(plain(cancelled.view.title)).toBe("Cancelled by Ada");

    const done = await paint(ada, "a glacier");
    expect(await ben.press(done, "delete")).toEqual({ type: "refused" });
    await ada.press(done, "delete");
    expect(await seenBy("chloe")).not.toContain(done.id);
  });

  it("refuses a wrong ratio in one sentence that only the asker sees", async () => {
    expect(await ada.say("/imagine a cat ar:16:8")).toEqual({ type: "refused" });
    const words = await ada.see(
      "the refusal",
      ({ view }) => view.kind === "refusal" && plain(view.title).includes("16:8"),
    );
    expect(words.privacy).toBe("words");
    expect(plain(words.view.title)).toContain("the nearest is 16:9");
    expect(await seenBy("ben")).not.toContain(words.id);
    expect(await seenBy("ada")).toContain(words.id);
  });

  it("explains itself on request, in private", async () => {
    expect(await ada.say("/images")).toEqual({ type: "refused" });
    const help = await ada.see("the help", ({ view }) => view.kind === "notice");
    expect(JSON.stringify(help.view)).toContain("16:9");
    expect(await seenBy("ben")).not.toContain(help.id);
  });

  it("says that it is well", async () => {
    const response = await fetch(`${url}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ok", platforms: { playground: true } });
  });

  it("counts what it did", async () => {
    const done = await paint(ada, "a milestone");
    expect(done.view.kind).toBe("done");
    const text = await (await fetch(`${url}/metrics`)).text();
    const value = (line: string) =>
      Number(
        text
          .split("\n")
          .find((one) => one.startsWith(line))
          ?.split(" ")
          .at(-1),
      );
    expect(value('imagine_jobs_finished_total{platform="playground",outcome="done"')).toBeGreaterThan(0);
    expect(value('imagine_jobs{state="running"}')).toBe(0);
    expect(value('imagine_jobs{state="waiting"}')).toBe(0);
    expect(value('imagine_provider_calls_total{call="submit",outcome="ok"}')).toBe(
      (await requestsAt(simulatorUrl)).length,
    );
    expect(value('imagine_edits_total{platform="playground"')).toBeGreaterThan(0);
    expect(value('imagine_ack_seconds_count{platform="playground"}')).toBeGreaterThan(0);
    expect(value('imagine_delivery_seconds_count{platform="playground"}')).toBeGreaterThan(0);
  });

  /** Ids of the messages a person sees who comes in now. */
  async function seenBy(user: string): Promise<readonly string[]> {
    const response = await fetch(`${url}/api/state?user=${user}`);
    const { messages } = (await response.json()) as { readonly messages: readonly WireMessage[] };
    return messages.map((message) => message.id);
  }
});
