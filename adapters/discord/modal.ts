import {
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ComponentType,
  TextInputStyle,
} from "discord.js";
import type { CommandDefinition } from "../../src/core/command.ts";
import type { Form, FormField } from "../../src/core/view.ts";
import { writeCustomId } from "./custom-id.ts";
import {
  CHOICE_CHARACTERS,
  CHOICES,
  INPUT_CHARACTERS,
  LABEL_CHARACTERS,
  MODAL_TITLE_CHARACTERS,
} from "./limits.ts";
import { cut } from "./markup.ts";

/** A form as Discord's modal; the fields' ids are the command's option names. Discord names the send button itself. */
export function renderForm(form: Form): APIModalInteractionResponseCallbackData {
  return {
    custom_id: writeCustomId({ type: "form", command: form.command, parentId: form.parentId }),
    title: cut(form.title, MODAL_TITLE_CHARACTERS),
    components: form.fields.map((field) => ({
      type: ComponentType.Label,
      label: cut(field.label, LABEL_CHARACTERS),
      component: field.choices.length > 0 ? selectOf(field) : inputOf(field),
    })),
  };
}

function inputOf(field: FormField): APITextInputComponent {
  const most = Math.min(field.maxLength ?? INPUT_CHARACTERS, INPUT_CHARACTERS);
  const value = [...field.value].slice(0, most).join("");
  return {
    type: ComponentType.TextInput,
    custom_id: field.option,
    style: field.multiline ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required,
    max_length: most,
    ...(value === "" ? {} : { value }),
  };
}

function selectOf(field: FormField): APIStringSelectComponent {
  return {
    type: ComponentType.StringSelect,
    custom_id: field.option,
    required: field.required,
    options: field.choices.slice(0, CHOICES).map((choice) => ({
      label: cut(choice.label, CHOICE_CHARACTERS),
      value: choice.value,
      ...(choice.value === field.value ? { default: true } : {}),
    })),
  };
}

/** A form's answers as a command's options: whole numbers become numbers, the rest is left as typed. */
export function readAnswers(
  answers: Readonly<Record<string, string>>,
  command: CommandDefinition | undefined,
): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(answers).map(([name, value]) => {
      const type = command?.options.find((option) => option.name === name)?.type;
      const number = Number(value.trim());
      const isWhole = type === "integer" && value.trim() !== "" && Number.isSafeInteger(number);
      return [name, isWhole ? number : value];
    }),
  );
}
