// Run as a child of the benchmark: the Discord bot that one writes in an evening. discord.js and `fal.subscribe`
// with their defaults; each queue update goes into the reply, the picture comes into memory and is sent from there.
import { createFalClient } from "@fal-ai/client";
import { type ChatInputCommandInteraction, Client, GatewayIntentBits } from "discord.js";
import { z } from "zod";
import { type PlainBotMessage, type PlainBotOrder, plainBotOrderSchema } from "./discord-messages.ts";

const say = (message: PlainBotMessage) => process.send?.(message);
const outputSchema = z.object({ images: z.array(z.object({ url: z.url() })).min(1) });

async function start({ apiUrl, token, falUrl, endpoint }: PlainBotOrder): Promise<void> {
  const fal = createFalClient({
    credentials: "bench:bench",
    fetch: (address, init) => fetch(String(address).replace("https://queue.fal.run", falUrl), init),
  });

  async function paint(interaction: ChatInputCommandInteraction): Promise<void> {
    await interaction.deferReply();
    const prompt = interaction.options.getString("prompt", true);
    const seed = interaction.options.getInteger("seed", true);
    let editing: Promise<unknown> | null = null;
    const { data } = await fal.subscribe(endpoint, {
      input: { prompt, seed },
      logs: true,
      onQueueUpdate: (update) => {
        // In its favour: with an edit for every update 500 replies ask for some 1,000 edits a second, where
        // discord.js sends 50, and the pictures wait behind all of them for more than ten minutes.
        if (editing !== null) return;
        const line = update.status === "IN_PROGRESS" ? (update.logs.at(-1)?.message ?? "") : "";
        const settled = () => {
          editing = null;
        };
        editing = interaction.editReply(`${update.status} ${line}`).then(settled, settled);
      },
    });
    const picture = await fetch(outputSchema.parse(data).images[0]?.url ?? "");
    const attachment = Buffer.from(await picture.arrayBuffer());
    await interaction.editReply({ content: prompt, files: [{ attachment, name: "picture.png" }] });
  }

  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: apiUrl } });
  client.on("interactionCreate", (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    paint(interaction).catch((error: unknown) => say({ type: "failed", problem: String(error) }));
  });
  client.once("clientReady", () => say({ type: "ready" }));
  await client.login(token);
}

process.on("message", (message) => {
  start(plainBotOrderSchema.parse(message)).catch((error: unknown) =>
    say({ type: "failed", problem: String(error) }),
  );
});
process.once("disconnect", () => process.exit());
say({ type: "started" });
