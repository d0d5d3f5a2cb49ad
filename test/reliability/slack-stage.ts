import { vi } from "vitest";
import { createSlackEmulator } from "../support/slack/emulator.ts";
import { createPeople } from "../support/slack/people.ts";
import { imagesOf, readText } from "../support/slack/reader.ts";
import { APP_TOKEN, BOT_TOKEN, BOT_USER, type SlackMessage } from "../support/slack/state.ts";
import { ADA, CHANNEL } from "../support/slack/world.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { nothingThere, PROMPT, type SeenReply, type Stage, unawaited } from "./stage.ts";

/** The emulator of Slack (Socket Mode), its Web API and its upload host behind a checkpoint. */
export async function createSlackStage(): Promise<Stage> {
  const emulator = await createSlackEmulator({ rates: "off", fileReadyMs: 20 });
  const checkpoint = await openCheckpoint(emulator.origin);
  const people = createPeople(emulator);
  const { state } = emulator;
  state.addChannel({ id: CHANNEL });
  state.addUser({ id: ADA, name: "ada", isAdmin: false, isBot: false });
  state.channels.get(CHANNEL)?.members.add(ADA);

  const messages = (): readonly SlackMessage[] =>
    state.messages.filter((one) => one.user === BOT_USER && !one.deleted);
  const nth = (index: number): SlackMessage => messages().at(index) ?? nothingThere("Slack");

  return {
    name: "slack",
    environment: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_APP_TOKEN: APP_TOKEN,
      SLACK_API_URL: `${checkpoint.url}/api/`,
    },
    outside: {
      checkpoint,
      calls: {
        post: /^POST \/api\/chat\.postMessage /,
        upload: /^POST \/upload\//,
        showPicture: /^POST \/api\/chat\.update [\s\S]*slack_file/,
      },
    },
    async enter(product) {
      const health = `${(await product.ready).replace(/\/$/, "")}/healthz`;
      await vi.waitFor(
        async () => {
          const { status } = await fetch(health);
          if (status !== 200) throw new Error("The product is not connected so far.");
        },
        { timeout: 60_000, interval: 20 },
      );
    },
    imagine: (prompt = PROMPT) => unawaited(people.slash(ADA, CHANNEL, "imagine", prompt)),
    reroll: () => unawaited(people.react("added", ADA, nth(0), "game_die")),
    cancel() {
      const action = /"action_id":"(cancel:[^"]+)"/.exec(JSON.stringify(nth(-1).shown.blocks))?.[1];
      if (action === undefined) throw new Error("There is no Cancel on the reply.");
      unawaited(people.press(ADA, nth(-1), action));
    },
    redeliver: () => unawaited(people.redeliver()),
    replies: async () =>
      messages().map(
        (message): SeenReply => ({
          id: message.ts,
          text: readText(message.shown.text, message.shown.blocks),
          pictures: imagesOf(message.shown.blocks, state).map((image) => image.sha256),
        }),
      ),
    privately: () => state.ephemerals.map(({ text, blocks }) => readText(text, blocks)),
    complaints() {
      const shared = [...state.files.values()].filter((file) => file.shares.length > 0);
      return shared.map((file) => `The file ${file.id} was shared as a message of its own.`);
    },
    async close() {
      await checkpoint.close();
      await emulator.close();
    },
  };
}
