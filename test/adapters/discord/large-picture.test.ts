import sharp from "sharp";
import { expect, it, vi } from "vitest";
import { picturesOf } from "../../support/discord/seen.ts";
import { startWhole } from "../../support/discord/whole.ts";

const MIB = 1024 * 1024;

it("ends a picture of 28 MB under a limit of 10 MiB as an attachment of the same ratio, with a link to the original", async () => {
  const whole = await startWhole({ concurrency: 2, durationMs: [100, 200], pictureBytes: 28 * MIB });
  try {
    const { people } = whole.discord;
    const guild = people.guild();
    const channel = people.channel(guild);
    const ana = people.join(guild, people.user("Ana"));
    people.announce(guild);
    people.slash({ by: ana, in: channel }, "imagine", { prompt: "a fox", ar: "16:9", seed: 7 });
    const reply = await vi.waitFor(
      () => {
        const found = whole.discord.messages(channel.id).find((one) => one.attachments.length > 0);
        if (found === undefined) throw new Error("not yet");
        return found;
      },
      { timeout: 60_000, interval: 20 },
    );
    const [attachment] = reply.attachments;
    expect(attachment?.bytes).toBeLessThanOrEqual(10 * MIB);
    expect(picturesOf(reply)[0]?.alt).toBe("a fox");
    const { width = 0, height = 0 } = await sharp(attachment?.content ?? Buffer.alloc(0)).metadata();
    expect(width / height).toBeCloseTo(16 / 9, 1);
    expect(JSON.stringify(reply.components)).toContain('"label":"Original"');
    expect(whole.simulator.submits()).toBe(1);
  } finally {
    await whole.close();
  }
});
