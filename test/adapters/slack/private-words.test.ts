import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";
import { type Line, type View, wordsView } from "../../../src/core/view.ts";
import { list, str } from "../../support/slack/fields.ts";
import { pingsOf, readText } from "../../support/slack/reader.ts";
import { createScaledClock } from "../../support/slack/scaled-clock.ts";
import { type OpenStage, openStage } from "../../support/slack/stage-helpers.ts";
import { type Ephemeral, TEAM } from "../../support/slack/state.ts";
import { ADA, BOB, CHANNEL, createSlackStage, type StageOptions } from "../../support/slack/world.ts";
import { anAction, aWorkingView } from "../../support/views.ts";

let open: OpenStage | null = null;
afterEach(() => open?.stage.close());

async function onStage(options?: StageOptions): Promise<OpenStage> {
  open = await openStage(await createSlackStage({ adapterClock: systemClock, ...options }));
  return open;
}

/** What a person is shown in private after asking for it. */
async function answered({ stage, inbox }: OpenStage, view: View): Promise<Ephemeral> {
  const told = inbox.answer("command", (event) => event.responder.refuse(view));
  await stage.people.slash(ADA, CHANNEL, "images", "history");
  await told;
  return stage.emulator.state.ephemerals.at(-1) ?? expect.unreachable("nothing was shown");
}

const read = ({ text, blocks }: Ephemeral): readonly string[] => readText(text, blocks).split("\n");

const history = (count: number): readonly Line[] =>
  Array.from({ length: count }, (_, n) => [
    { type: "strong", text: `${n + 1}.` },
    " ",
    {
      type: "job",
      jobId: `job-${n}`,
      messageKey: `slack/${TEAM}/${CHANNEL}/17000000${String(n).padStart(2, "0")}.000100`,
      text: `a lighthouse at dusk, the ${n + 1}. of them, seen from a boat on a rough sea`,
    },
    " ",
    { type: "code", text: "abcdefgh2345" },
  ]);

const wide = (count: number, characters: number): readonly Line[] =>
  Array.from({ length: count }, (_, n) => [`${n + 1}. ${"x".repeat(characters)}`]);

describe("a long private answer", () => {
  it("shows its title, twenty-five lines, every fact on a line of its own, and its buttons", async () => {
    const view: View = {
      ...wordsView("notice", ["Your latest pictures"], history(25)),
      facts: [
        { label: "today", value: "12 of 20" },
        { label: "this month", value: "$3.20 of $5" },
      ],
      actions: [anAction({ intent: "use-prompt", jobId: "job-7", label: "Use the 7." })],
    };
    const shown = await answered(await onStage(), view);
    const lines = read(shown);
    expect(lines).toHaveLength(28);
    expect(lines[0]).toBe("Your latest pictures");
    expect(lines[25]).toContain("the 25. of them");
    expect(lines.slice(26)).toEqual(["today 12 of 20", "this month $3.20 of $5"]);
    expect(JSON.stringify(shown.blocks)).toContain("use-prompt:job-7");
  });

  it("leads to the messages of the pictures it names", async () => {
    const shown = await answered(await onStage(), wordsView("notice", ["History"], history(1)));
    expect(JSON.stringify(shown.blocks)).toContain(
      `https://testers.slack.com/archives/${CHANNEL}/p1700000000000100`,
    );
  });

  it.each([
    [400, 60],
    [40, 900],
    [25, 5000],
  ])(
    "of %i lines with %i characters ends after a whole line and says how many are missing",
    async (count, size) => {
      const view: View = {
        ...wordsView("notice", ["Blocklist"], wide(count, size)),
        facts: [{ label: "entries", value: String(count) }],
      };
      const lines = read(await answered(await onStage(), view));
      const shown = lines.slice(1, -2);
      expect(shown.length).toBeGreaterThan(5);
      for (const line of shown) expect(line).toMatch(/^\d+\. x+…?$/);
      expect(new Set(shown.map((line) => line.length)).size).toBeLessThan(4);
      expect(lines.slice(-2)).toEqual([`… and ${count - shown.length} more`, `entries ${count}`]);
    },
  );

  it("says the same in the text that notifications and screen readers get", async () => {
    const { text } = await answered(await onStage(), wordsView("notice", ["A & B"], wide(400, 60)));
    const lines = text.split("\n");
    expect(lines[0]).toBe("A &amp; B");
    expect(lines.at(-1)).toBe(`… and ${400 - (lines.length - 2)} more`);
    expect(text.length).toBeLessThanOrEqual(3000);
  });

  it("arrives by response_url too, when the core took its time", async () => {
    const { stage, inbox } = await onStage({ transport: "http", adapterClock: createScaledClock(40) });
    let go: (value: unknown) => void = () => undefined;
    const late = new Promise((resolve) => {
      go = resolve;
    });
    const told = inbox.answer("command", async (event) => {
      await late;
      await event.responder.refuse(wordsView("notice", ["Status"], wide(400, 60)));
    });
    await stage.people.slash(ADA, CHANNEL, "images-admin", "status");
    go(null);
    await told;
    const [shown] = stage.emulator.state.ephemerals;
    expect(shown).toMatchObject({ via: "response_url", user: ADA });
    expect(read(shown ?? expect.unreachable()).at(-1)).toMatch(/^… and \d+ more$/);
  });

  it("answers its buttons in the channel it stands in, since it has no thread", async () => {
    const opened = await onStage();
    const { stage, inbox, messages } = opened;
    const view: View = {
      ...wordsView("notice", ["History"], history(2)),
      actions: [anAction({ intent: "reroll", jobId: "job-1", label: "Reroll" })],
    };
    const shown = await answered(opened, view);
    const pressed = inbox.answer("action", (event) => event.responder.reply(aWorkingView()));
    await stage.people.pressPrivate(shown, "reroll:job-1");
    const { event } = await pressed;
    expect(event).toMatchObject({ intent: "reroll", jobId: "job-1" });
    expect(event.pressed).toBeUndefined();
    expect(messages()).toMatchObject([{ channel: CHANNEL, threadTs: null }]);
  });
});

describe("people in a private answer", () => {
  const blocked = (user: string, name: string) =>
    wordsView("notice", ["Blocked"], [[{ type: "person", user, name }, " until you unblock"]]);

  it.each([
    ["by name", BOB, "bob", "@bob until you unblock", []],
    ["by id where no name is known, which notifies nobody else", BOB, "", `@${BOB} until you unblock`, [BOB]],
    ["as typed where that is no id", "ben the builder", "", "@ben the builder until you unblock", []],
  ])("are shown %s", async (_name, user, name, words, mentions) => {
    const shown = await answered(await onStage(), blocked(user, name));
    expect(read(shown)[1]).toBe(words);
    expect(pingsOf(shown.text, shown.blocks)).toEqual(mentions);
  });
});

describe("a refused form", () => {
  it("tells at its field when it may be sent again, and counts what does not fit there", async () => {
    const { stage, inbox } = await onStage();
    const asked = inbox.answer("ask", (event) =>
      event.responder.form({
        title: "Imagine",
        submit: "Paint",
        command: "imagine",
        parentId: null,
        fields: [
          {
            option: "prompt",
            label: "Prompt",
            value: "",
            required: true,
            multiline: true,
            choices: [],
            maxLength: 2000,
          },
        ],
      }),
    );
    await stage.people.globalShortcut(ADA, "imagine-global");
    await asked;
    const refused = inbox.answer("command", (event) => {
      const soon: Line = ["Again ", { type: "moment", at: systemClock.now() + 30_000 }];
      return event.responder.refuse(wordsView("refusal", ["Enough for now"], [soon, ...wide(30, 60)]));
    });
    await stage.people.submit(ADA, { prompt: "a fox", _conversation: CHANNEL });
    await refused;
    const words = str(stage.emulator.state.modals.get(ADA)?.errors ?? {}, "prompt").split("\n");
    expect(words.slice(0, 2)).toEqual(["Enough for now", "Again in 30 s"]);
    expect(words.at(-1)).toMatch(/^… and \d+ more$/);
  });

  it("shows longer words in a window of its own where there was no form yet", async () => {
    const { stage, inbox } = await onStage();
    const refused = inbox.answer("ask", (event) =>
      event.responder.refuse(wordsView("refusal", ["Paused"], wide(400, 60))),
    );
    await stage.people.globalShortcut(ADA, "imagine-global");
    await refused;
    const view = stage.emulator.state.modals.get(ADA)?.view ?? expect.unreachable("no window");
    expect(readText("", list(view, "blocks"))).toMatch(/^Paused\n[\s\S]*… and \d+ more$/);
  });
});
