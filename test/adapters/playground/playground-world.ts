import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { createPlaygroundAdapter, type PlaygroundOptions } from "../../../adapters/playground/adapter.ts";
import type { PlaygroundMessage } from "../../../adapters/playground/messages.ts";
import type {
  WireAnswer,
  WireForm,
  WireLine,
  WireMessage,
  WireState,
} from "../../../adapters/playground/page/wire.ts";
import type { CommandDefinition } from "../../../src/core/command.ts";
import { createMemoryRecords } from "../../../src/storage/memory.ts";
import type { PlatformWorld, ShownMessage } from "../../contracts/platform-world.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

/** A command the playground may complete; what it means is never asked here. */
export const imagine: CommandDefinition = {
  name: "imagine",
  description: "Paint a picture",
  audience: "everyone",
  actions: [],
  options: [
    {
      name: "prompt",
      description: "What to paint",
      type: "string",
      required: true,
      choices: [],
      min: null,
      max: null,
      maxLength: 2000,
      example: "a red fox",
    },
    {
      name: "ar",
      description: "The shape",
      type: "string",
      required: false,
      choices: [
        { label: "16:9 · widescreen", value: "16:9" },
        { label: "9:16 · phone", value: "9:16" },
      ],
      min: null,
      max: null,
      maxLength: null,
      example: "16:9",
    },
  ],
  interpret: () => {
    throw new Error("The playground never interprets a command");
  },
};

/** The playground over real HTTP, with everything a test may want to look at. */
export interface Playground extends PlatformWorld {
  readonly adapter: ReturnType<typeof createPlaygroundAdapter>;
  readonly url: string;
  readonly picturesDirectory: string;
  readonly clock: ReturnType<typeof createFakeClock>;
  post(path: string, body: unknown): Promise<Response>;
  state(user: string): Promise<WireState>;
}

export async function createPlayground(overrides: Partial<PlaygroundOptions> = {}): Promise<Playground> {
  const clock = createFakeClock();
  const ownDirectory = await mkdtemp(join(tmpdir(), "playground-"));
  const options: PlaygroundOptions = {
    records: { messages: createMemoryRecords<PlaygroundMessage>(clock) },
    picturesDirectory: join(ownDirectory, "pictures"),
    commands: [imagine],
    badge: { label: "Simulator", tone: "simulated" },
    clock,
    telemetry: () => {},
    ...overrides,
  };
  const adapter = createPlaygroundAdapter(options);
  const app = Fastify();
  await app.register(adapter.plugin);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const forms = new Map<string, { readonly form: WireForm; readonly messageId: string | null }>();
  let lastCommand: unknown = null;

  const send = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify(body),
    });

  const act = async (path: string, user: string, messageId: string | null, body: object) => {
    const response = await send(path, { user, deliveryId: randomUUID(), ...body });
    if (!response.ok) throw new Error(`The playground answered ${response.status} to ${path}`);
    const answer = (await response.json()) as WireAnswer;
    if (answer.type === "form") forms.set(user, { form: answer.form, messageId });
  };

  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`, { headers: { connection: "close" } });
    if (!response.ok) throw new Error(`The playground answered ${response.status} to ${path}`);
    return response;
  };
  const state = async (user: string) => (await (await get(`/api/state?user=${user}`)).json()) as WireState;

  const shown = async (message: WireMessage, viewer: string): Promise<ShownMessage> => ({
    messageKey: `playground:${message.id}`,
    text: textOf(message),
    // Text alone is put on the page, so there is nothing that could notify anybody.
    pings: [],
    images: await Promise.all(
      (message.view?.images ?? []).map(async ({ name, alt }) => {
        const bytes = Buffer.from(await (await get(`/pictures/${name}`)).arrayBuffer());
        return { sha256: createHash("sha256").update(bytes).digest("hex"), alt };
      }),
    ),
    buttons: (message.view?.actions ?? []).map(({ intent, label }) => ({
      intent,
      label,
    })) as ShownMessage["buttons"],
    audience: message.privacy === null ? "everyone" : viewer,
  });

  const react = (change: "added" | "removed") => (user: string, key: string, emoji: string) =>
    act("/api/reaction", user, idOf(key), { messageId: idOf(key), emoji, change });

  return {
    adapter,
    url,
    clock,
    picturesDirectory: options.picturesDirectory,
    post: send,
    state,
    worker: () => createPlaygroundAdapter(options),
    users: { member: "ben", other: "chloe", moderator: "ada" },
    command: async (user, command, input) => {
      if (input.type !== "text") throw new Error("Commands are typed in the playground");
      const body = { user, deliveryId: randomUUID(), text: `/${command} ${input.text}` };
      lastCommand = body;
      await act("/api/command", user, null, body);
    },
    redeliver: async () => {
      await send("/api/command", lastCommand);
    },
    press: async (user, key, intent) => {
      const { messages } = await state(user);
      const action = messages
        .find((message) => message.id === idOf(key))
        ?.view?.actions.find((offered) => offered.intent === intent);
      if (action === undefined) throw new Error(`There is no ${intent} button on ${key}`);
      await act("/api/action", user, idOf(key), { messageId: idOf(key), intent, jobId: action.jobId });
    },
    react: react("added"),
    unreact: react("removed"),
    reactAsBot: async () => {
      throw new Error("The playground's bot does not react");
    },
    openForm: async (user) => {
      const open = forms.get(user);
      return open === undefined ? null : { title: open.form.title, fields: open.form.fields };
    },
    answerForm: async (user, answers) => {
      const open = forms.get(user);
      if (open === undefined) throw new Error("No form is open");
      forms.delete(user);
      const filled = open.form.fields.map((field) => [field.option, answers[field.option] ?? field.value]);
      await act("/api/form", user, open.messageId, {
        command: open.form.command,
        parentId: open.form.parentId,
        messageId: open.messageId,
        options: Object.fromEntries(filled),
      });
    },
    messages: async (viewer) => {
      const { messages } = await state(viewer);
      return Promise.all(messages.map((message) => shown(message, viewer)));
    },
    close: async () => {
      await app.close();
      await rm(ownDirectory, { recursive: true, force: true });
    },
  };
}

/** The message id in a message key. */
export function idOf(key: string): string {
  return key.replace(/^playground:/, "");
}

function textOf({ text, view }: WireMessage): string {
  const blocks = [
    text,
    ...(view === null
      ? []
      : [
          lineText(view.title),
          ...view.lines.map(lineText),
          view.prompt,
          ...view.facts.map(({ label, value }) => `${label} ${value}`),
          view.progress?.log ?? null,
          view.command,
        ]),
  ];
  return blocks.filter((block) => block !== null).join("\n");
}

function lineText(line: WireLine): string {
  return line
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if (piece.type === "moment") return new Date(piece.at).toISOString();
      if (piece.type === "channel" || piece.type === "role") return piece.id;
      return piece.type === "person" ? piece.name : piece.text;
    })
    .join("");
}
