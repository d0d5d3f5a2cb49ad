import { z } from "zod";
import type { CommandDefinition } from "../../src/core/command.ts";
import type { Form, FormField } from "../../src/core/view.ts";
import { plain } from "./blocks.ts";
import { cut, SLACK_LIMITS } from "./limits.ts";
import type { Kit } from "./rich-text.ts";

/** The callback_id of every form. */
export const FORM_CALLBACK = "imagine-form";
/** Block and action of the conversation picker; options of commands are never called so. */
export const PICKER = { block: "_conversation", action: "conversation" } as const;
const ANSWER = "answer";

const Purpose = z.object({
  command: z.string(),
  parentId: z.string().nullable(),
  /** Where the answer goes; null: as picked in the form. */
  to: z.object({ channel: z.string(), thread: z.string().nullable() }).nullable(),
  /** Where its person can be told something in private; null where nothing came with the event. */
  responseUrl: z.string().nullable(),
});

/** What a form remembers while it is open, in its private_metadata. */
export type FormPurpose = Readonly<z.infer<typeof Purpose>>;

/** A form as a modal. With no place to answer at, it asks for one. */
export function modalOf(form: Form, purpose: Pick<FormPurpose, "to" | "responseUrl">): Kit {
  const { command, parentId } = form;
  const metadata = JSON.stringify({ command, parentId, ...purpose } satisfies FormPurpose);
  return {
    type: "modal",
    callback_id: FORM_CALLBACK,
    title: plain(form.title, SLACK_LIMITS.viewTitle),
    submit: plain(form.submit, SLACK_LIMITS.viewTitle),
    close: plain("Cancel", SLACK_LIMITS.viewTitle),
    private_metadata: metadata,
    blocks: [...form.fields.map(inputOf), ...(purpose.to === null ? [picker()] : [])],
  };
}

/** A modal that only says something. */
export function noticeModal(title: string, blocks: readonly Kit[]): Kit {
  return {
    type: "modal",
    title: plain(title, SLACK_LIMITS.viewTitle),
    close: plain("Close", SLACK_LIMITS.viewTitle),
    blocks,
  };
}

function inputOf(field: FormField): Kit {
  const { option, label, required, choices } = field;
  const element = choices.length > 0 ? selectOf(field) : textOf(field);
  return {
    type: "input",
    block_id: option,
    optional: !required,
    label: plain(label, SLACK_LIMITS.altText),
    element,
  };
}

function selectOf({ value, choices }: FormField): Kit {
  const options = choices.slice(0, SLACK_LIMITS.options).map((choice) => ({
    text: plain(choice.label, SLACK_LIMITS.optionText),
    value: cut(choice.value, SLACK_LIMITS.optionValue),
  }));
  const initial = options.find((option) => option.value === value);
  return { type: "static_select", action_id: ANSWER, options, ...(initial && { initial_option: initial }) };
}

/** Slack counts UTF-16 units where the core counts characters, so the core's own limit is left to the core. */
function textOf({ value, multiline }: FormField): Kit {
  const initial = cut(value, SLACK_LIMITS.inputText);
  return {
    type: "plain_text_input",
    action_id: ANSWER,
    multiline,
    max_length: SLACK_LIMITS.inputText,
    ...(initial !== "" && { initial_value: initial }),
  };
}

/** `response_url_enabled` is the way to answer in private where the bot is no member. */
function picker(): Kit {
  return {
    type: "input",
    block_id: PICKER.block,
    label: plain("Where to post it", SLACK_LIMITS.altText),
    element: {
      type: "conversations_select",
      action_id: PICKER.action,
      default_to_current_conversation: true,
      response_url_enabled: true,
      filter: { include: ["public", "private", "im"] },
    },
  };
}

const Answers = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_option: z.object({ value: z.string() }).nullish(),
      selected_conversation: z.string().nullish(),
    }),
  ),
);

/** What a submitted form says. */
export interface FormAnswers {
  readonly purpose: FormPurpose;
  /** The conversation picked in the form; null when it had no picker. */
  readonly picked: string | null;
  readonly options: Readonly<Record<string, string | number>>;
}

/** Reads a submitted form; null when it is none of ours. Answers left empty are left out. */
export function readForm(
  metadata: string,
  values: unknown,
  commands: readonly CommandDefinition[],
): FormAnswers | null {
  const purpose = Purpose.safeParse(parse(metadata));
  const answers = Answers.safeParse(values);
  if (!purpose.success || !answers.success) return null;
  const command = commands.find((one) => one.name === purpose.data.command);
  const options: Record<string, string | number> = {};
  for (const [name, actions] of Object.entries(answers.data)) {
    const answer = actions[ANSWER];
    const value = answer?.selected_option?.value ?? answer?.value ?? "";
    if (name === PICKER.block || value === "") continue;
    const integer = command?.options.some((option) => option.name === name && option.type === "integer");
    options[name] = integer === true && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  }
  const picked = answers.data[PICKER.block]?.[PICKER.action]?.selected_conversation ?? null;
  return { purpose: purpose.data, picked, options };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
