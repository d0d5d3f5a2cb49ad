import { z } from "zod";
import { COMPONENT, lengthOf, tooLong } from "./component-rules.ts";
import { invalidForm } from "./refusal.ts";

const bare = z.looseObject({ type: z.int() });

/**
 * Checks a modal. Sources: interactions/receiving-and-responding#modal, components/reference (label, text input,
 * string select). @throws Refusal 50035
 */
export function checkModal(value: unknown): Record<string, unknown> {
  const modal = z.looseObject({}).safeParse(value);
  if (!modal.success) throw invalidForm(["data"], "BASE_TYPE_REQUIRED", "This field is required");
  const title = z.string().min(1).safeParse(modal.data["title"]);
  if (!title.success) throw invalidForm(["data", "title"], "BASE_TYPE_REQUIRED", "This field is required");
  if (lengthOf(title.data) > 45) throw tooLong(["data", "title"], 45);
  const id = z.string().min(1).max(100).safeParse(modal.data["custom_id"]);
  if (!id.success)
    throw invalidForm(["data", "custom_id"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
  const rows = z.array(bare).min(1).max(5).safeParse(modal.data["components"]);
  if (!rows.success)
    throw invalidForm(["data", "components"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
  const ids = new Set<string>();
  rows.data.forEach((row, index) => {
    checkLabel(row, ["data", "components", index], ids);
  });
  return modal.data;
}

function checkLabel(row: z.infer<typeof bare>, path: readonly (string | number)[], ids: Set<string>): void {
  if (row.type !== COMPONENT.label)
    throw invalidForm([...path, "type"], "UNION_TYPE_CHOICES", "Labels only.");
  const label = z.string().min(1).safeParse(row["label"]);
  if (!label.success) throw invalidForm([...path, "label"], "BASE_TYPE_REQUIRED", "This field is required");
  if (lengthOf(label.data) > 45) throw tooLong([...path, "label"], 45);
  const inner = bare.safeParse(row["component"]);
  if (!inner.success)
    throw invalidForm([...path, "component"], "BASE_TYPE_REQUIRED", "This field is required");
  const id = z.string().min(1).max(100).safeParse(inner.data["custom_id"]);
  if (!id.success || ids.has(id.data)) {
    throw invalidForm(
      [...path, "component", "custom_id"],
      "COMPONENT_CUSTOM_ID_DUPLICATED",
      "Missing or used twice",
    );
  }
  ids.add(id.data);
  if (inner.data.type === COMPONENT.input) checkInput(inner.data, [...path, "component"]);
  else if (inner.data.type === COMPONENT.select) checkSelect(inner.data, [...path, "component"]);
  else
    throw invalidForm([...path, "component", "type"], "UNION_TYPE_CHOICES", "Not a component for a modal.");
}

function checkInput(input: z.infer<typeof bare>, path: readonly (string | number)[]): void {
  const most = z.int().min(1).max(4000).optional().safeParse(input["max_length"]);
  if (!most.success)
    throw invalidForm(
      [...path, "max_length"],
      "NUMBER_TYPE_MAX",
      "int value should be less than or equal to 4000.",
    );
  if (!z.int().min(1).max(2).safeParse(input["style"]).success) {
    throw invalidForm([...path, "style"], "BASE_TYPE_REQUIRED", "This field is required");
  }
  const value = z.string().optional().safeParse(input["value"]);
  if (lengthOf(value.data ?? "") > (most.data ?? 4000)) throw tooLong([...path, "value"], most.data ?? 4000);
}

function checkSelect(select: z.infer<typeof bare>, path: readonly (string | number)[]): void {
  const option = z.looseObject({
    label: z.string().min(1).max(100),
    value: z.string().min(1).max(100),
    default: z.boolean().optional(),
  });
  const options = z.array(option).min(1).max(25).safeParse(select["options"]);
  if (!options.success)
    throw invalidForm([...path, "options"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
  if (new Set(options.data.map((one) => one.value)).size !== options.data.length) {
    throw invalidForm(
      [...path, "options"],
      "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
      "Values must be different",
    );
  }
  if (options.data.filter((one) => one.default).length > 1) {
    throw invalidForm([...path, "options"], "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "Too many default options");
  }
}
