import { z } from "zod";
import { COMPONENT } from "./component-rules.ts";
import type { MessageState } from "./state.ts";

/** What a person sees of a message: texts, pictures, buttons. */

const node = z.looseObject({
  type: z.int(),
  content: z.string().optional(),
  custom_id: z.string().optional(),
  label: z.string().optional(),
  url: z.string().optional(),
  value: z.string().optional(),
  emoji: z.looseObject({ name: z.string() }).optional(),
  file: z.looseObject({ url: z.string() }).optional(),
  items: z
    .array(
      z.looseObject({
        media: z.looseObject({ url: z.string() }),
        description: z.string().nullish(),
        spoiler: z.boolean().nullish(),
      }),
    )
    .optional(),
  options: z
    .array(z.looseObject({ value: z.string(), label: z.string(), default: z.boolean().optional() }))
    .optional(),
  get components() {
    return z.array(node).optional();
  },
  get component() {
    return node.optional();
  },
});
type Node = z.infer<typeof node>;

/** An edit puts another list in its place, so what was read of one stays true; people look again and again. */
const read = new WeakMap<readonly unknown[], readonly Node[]>();

function flatten(components: readonly unknown[]): readonly Node[] {
  const known = read.get(components);
  if (known !== undefined) return known;
  const nodes = withChildren(z.array(node).parse(components));
  read.set(components, nodes);
  return nodes;
}

const withChildren = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((one) => [
    one,
    ...withChildren(one.components ?? []),
    ...withChildren(one.component === undefined ? [] : [one.component]),
  ]);

export function textsOf(message: MessageState): readonly string[] {
  return flatten(message.components).flatMap((one) =>
    one.type === COMPONENT.text ? [one.content ?? ""] : [],
  );
}

export const textOf = (message: MessageState): string => textsOf(message).join("\n");

export interface SeenButton {
  readonly label: string;
  readonly customId: string;
  readonly url: string | null;
}

/** The label includes the emoji, as a person sees it. */
export function buttonsOf(message: MessageState): readonly SeenButton[] {
  return flatten(message.components).flatMap((one) =>
    one.type === COMPONENT.button
      ? [
          {
            label: [one.emoji?.name, one.label].filter(Boolean).join(" "),
            customId: one.custom_id ?? "",
            url: one.url ?? null,
          },
        ]
      : [],
  );
}

export interface SeenPicture {
  readonly url: string;
  readonly alt: string | null;
  /** Behind a click. */
  readonly hidden: boolean;
}

export function picturesOf(message: MessageState): readonly SeenPicture[] {
  return flatten(message.components).flatMap((one) =>
    (one.items ?? []).map((item) => ({
      url: item.media.url,
      alt: item.description ?? null,
      hidden: item.spoiler ?? false,
    })),
  );
}

/** Files to download, as a person who opens them reads them. */
export function filesOf(
  message: MessageState,
): readonly { readonly fileName: string; readonly bytes: number; readonly text: string | null }[] {
  const named = flatten(message.components).flatMap((one) => one.file?.url ?? []);
  return named.flatMap((url) => {
    const found = message.attachments.find((one) => url === `attachment://${one.filename}`);
    const text = found?.content?.toString("utf8") ?? null;
    return found === undefined ? [] : [{ fileName: found.filename, bytes: found.bytes, text }];
  });
}

export interface SeenField {
  readonly type: number;
  readonly label: string;
  readonly customId: string;
  readonly value: string;
}

export function modalFieldsOf(modal: Readonly<Record<string, unknown>> | null): readonly SeenField[] {
  const labels = z.array(node).parse(modal?.["components"] ?? []);
  return labels.flatMap(({ label = "", component: field }) =>
    field === undefined
      ? []
      : [
          {
            type: field.type,
            label,
            customId: field.custom_id ?? "",
            value: field.value ?? field.options?.find((option) => option.default)?.value ?? "",
          },
        ],
  );
}

const MARKUP =
  /\\([^0-9A-Za-z\s])|```\n([\s\S]*?)\n```|`([^`\n]+)`|\[((?:\\.|[^\]\\])*)\]\(https:\/\/[^)]*\)|\*\*/g;

/** Text as a reader sees it: code verbatim, escapes undone, links and emphasis without their marks. */
export function readable(markdown: string): string {
  return markdown.replace(MARKUP, (_, escaped?: string, block?: string, code?: string, link?: string) => {
    if (block !== undefined) return block.replaceAll("``\u200b", "``");
    return escaped ?? code ?? (link === undefined ? "" : readable(link));
  });
}
