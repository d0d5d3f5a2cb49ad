import { createHash, randomUUID } from "node:crypto";
import {
  enterPlayground,
  fetchBytes,
  type PlaygroundClient,
  plain,
  type Shown,
} from "../e2e/playground-client.ts";
import { nothingThere, PROMPT, type SeenReply, type Stage, unawaited } from "./stage.ts";

/** The page's platform, inside the product: what it shows is asked of the running process. */
export async function createPlaygroundStage(): Promise<Stage> {
  let url = "";
  let ada: PlaygroundClient | null = null;
  let last = { deed: "", body: {} };
  /** Fetched from the process that runs now, so that they can be told apart after it has stopped. */
  const fetched = new Map<string, string>();

  const views = (): readonly Shown[] =>
    (ada?.messages() ?? []).filter((one): one is Shown => one.view !== null && one.privacy === null);
  const nth = (index: number): Shown => views().at(index) ?? nothingThere("the playground");
  const send = () =>
    fetch(`${url}/api/${last.deed}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(last.body),
    });
  const act = (deed: string, body: object): void => {
    last = { deed, body: { user: "ada", deliveryId: randomUUID(), ...body } };
    unawaited(send());
  };

  const press = ({ id, view }: Shown, intent: string): void =>
    act("action", { messageId: id, intent, jobId: view.jobId ?? "" });

  async function pictureOf(name: string): Promise<string> {
    const known = fetched.get(name);
    if (known !== undefined) return known;
    const bytes = await fetchBytes(`${url}/pictures/${name}`);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    fetched.set(name, sha256);
    return sha256;
  }

  return {
    name: "playground",
    environment: {},
    outside: null,
    async enter(product) {
      ada?.close();
      fetched.clear();
      url = await product.ready;
      ada = await enterPlayground(url);
    },
    imagine: (prompt = PROMPT) => act("command", { text: `/imagine ${prompt}` }),
    reroll: () => press(nth(0), "reroll"),
    cancel: () => press(nth(-1), "cancel"),
    redeliver: () => unawaited(send()),
    replies: () =>
      Promise.all(
        views().map(
          async ({ id, view }): Promise<SeenReply> => ({
            id,
            text: [view.title, ...view.lines].map(plain).join("\n"),
            pictures: await Promise.all(view.images.map((image) => pictureOf(image.name))),
          }),
        ),
      ),
    privately: () =>
      (ada?.messages() ?? []).flatMap(({ privacy, view }) =>
        privacy === null || view === null ? [] : [plain(view.title)],
      ),
    complaints: () => [],
    close: async () => ada?.close(),
  };
}
