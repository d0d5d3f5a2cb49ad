import { z } from "zod";
import { invalidForm } from "./refusal.ts";

/** Component types of Discord's component reference. */
export const COMPONENT = {
  row: 1,
  button: 2,
  select: 3,
  input: 4,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
} as const;

type Path = readonly (string | number)[];
const component = z.looseObject({ type: z.int() });
type Component = z.infer<typeof component>;
const list = z.array(component);

/** Counts code points, as the API does. */
export const lengthOf = (text: string): number => [...text].length;

/** What the components of one message add up to. */
export interface ComponentTotals {
  count: number;
  text: string[];
  readonly customIds: Set<string>;
  /** Names used as attachment://name. */
  readonly attachments: Set<string>;
}

/**
 * Checks a Components V2 message. Sources: components/reference, Discord's OpenAPI description.
 * @throws Refusal 50035
 */
export function checkComponentsV2(value: unknown): ComponentTotals {
  const totals: ComponentTotals = { count: 0, text: [], customIds: new Set(), attachments: new Set() };
  const parsed = list.safeParse(value);
  if (!parsed.success) throw invalidForm(["components"], "LIST_TYPE_CONVERT", "Only iterables may be used");
  const top: number[] = [
    COMPONENT.row,
    COMPONENT.section,
    COMPONENT.text,
    COMPONENT.gallery,
    COMPONENT.file,
    COMPONENT.separator,
    COMPONENT.container,
  ];
  parsed.data.forEach((one, index) => {
    visit(one, ["components", index], top, totals);
  });
  if (totals.count > 40)
    throw invalidForm(["components"], "BASE_TYPE_BAD_LENGTH", "Must be 40 or fewer in total.");
  const characters = totals.text.reduce((sum, text) => sum + lengthOf(text), 0);
  if (characters > 4000) {
    throw invalidForm(
      ["components"],
      "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
      "Text is over 4000 in total.",
    );
  }
  return totals;
}

/** Checks the components of a message without the V2 flag: up to five rows. @throws Refusal 50035 */
export function checkLegacyComponents(value: unknown): ComponentTotals {
  const totals: ComponentTotals = { count: 0, text: [], customIds: new Set(), attachments: new Set() };
  const parsed = list.max(5).safeParse(value);
  if (!parsed.success)
    throw invalidForm(["components"], "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 5 in length.");
  parsed.data.forEach((one, index) => {
    visit(one, ["components", index], [COMPONENT.row], totals);
  });
  return totals;
}

function visit(one: Component, path: Path, allowed: readonly number[], totals: ComponentTotals): void {
  if (!allowed.includes(one.type)) {
    throw invalidForm(
      [...path, "type"],
      "UNION_TYPE_CHOICES",
      `Value of field "type" must be one of ${allowed}.`,
    );
  }
  totals.count += 1;
  switch (one.type) {
    case COMPONENT.row: {
      const buttons = children(one, path, 5);
      buttons.forEach((button, index) => {
        visit(button, [...path, "components", index], [COMPONENT.button, COMPONENT.select], totals);
      });
      return;
    }
    case COMPONENT.button:
      checkButton(one, path, totals);
      return;
    case COMPONENT.select:
      claimCustomId(one, path, totals);
      return;
    case COMPONENT.text: {
      const text = z.string().min(1).safeParse(one["content"]);
      if (!text.success)
        throw invalidForm([...path, "content"], "BASE_TYPE_REQUIRED", "This field is required");
      if (lengthOf(text.data) > 4000) throw tooLong([...path, "content"], 4000);
      totals.text.push(text.data);
      return;
    }
    case COMPONENT.gallery:
      checkGallery(one, path, totals);
      return;
    case COMPONENT.section: {
      children(one, path, 3).forEach((text, index) => {
        visit(text, [...path, "components", index], [COMPONENT.text], totals);
      });
      const accessory = component.safeParse(one["accessory"]);
      if (!accessory.success)
        throw invalidForm([...path, "accessory"], "BASE_TYPE_REQUIRED", "This field is required");
      visit(accessory.data, [...path, "accessory"], [COMPONENT.button, COMPONENT.thumbnail], totals);
      return;
    }
    case COMPONENT.thumbnail:
      checkMedia(one, path, totals);
      return;
    case COMPONENT.file: {
      const file = z.looseObject({ url: z.string().startsWith("attachment://") }).safeParse(one["file"]);
      if (!file.success)
        throw invalidForm([...path, "file", "url"], "URL_TYPE_INVALID_SCHEME", "Must be an attachment.");
      checkSpoiler(one, path);
      totals.attachments.add(file.data.url.slice("attachment://".length));
      return;
    }
    case COMPONENT.separator:
      return;
    case COMPONENT.container: {
      const inside: number[] = [
        COMPONENT.row,
        COMPONENT.text,
        COMPONENT.section,
        COMPONENT.gallery,
        COMPONENT.separator,
        COMPONENT.file,
      ];
      children(one, path, 40).forEach((child, index) => {
        visit(child, [...path, "components", index], inside, totals);
      });
    }
  }
}

function children(one: Component, path: Path, most: number): readonly Component[] {
  const parsed = list.min(1).max(most).safeParse(one["components"]);
  if (parsed.success) return parsed.data;
  throw invalidForm(
    [...path, "components"],
    "BASE_TYPE_BAD_LENGTH",
    `Must be between 1 and ${most} in length.`,
  );
}

function checkButton(one: Component, path: Path, totals: ComponentTotals): void {
  const style = z.int().min(1).max(6).safeParse(one["style"]);
  if (!style.success) throw invalidForm([...path, "style"], "ENUM_TYPE_COERCE", "Not a valid button style.");
  const label = z.string().optional().safeParse(one["label"]);
  if (label.data !== undefined && lengthOf(label.data) > 80) throw tooLong([...path, "label"], 80);
  if (!label.data && one["emoji"] === undefined) {
    throw invalidForm(
      path,
      "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
      "A button needs a label or an emoji.",
    );
  }
  if (style.data === 5) {
    const url = z
      .url({ protocol: /^(https?|discord)$/ })
      .max(512)
      .safeParse(one["url"]);
    if (!url.success) throw invalidForm([...path, "url"], "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    if (one["custom_id"] !== undefined) {
      throw invalidForm(
        path,
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        "A custom id and a url exclude each other",
      );
    }
    return;
  }
  claimCustomId(one, path, totals);
}

function claimCustomId(one: Component, path: Path, totals: ComponentTotals): void {
  const id = z.string().min(1).max(100).safeParse(one["custom_id"]);
  if (!id.success)
    throw invalidForm([...path, "custom_id"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
  if (totals.customIds.has(id.data)) {
    throw invalidForm(
      [...path, "custom_id"],
      "COMPONENT_CUSTOM_ID_DUPLICATED",
      "Component custom id cannot be duplicated",
    );
  }
  totals.customIds.add(id.data);
}

function checkGallery(one: Component, path: Path, totals: ComponentTotals): void {
  const items = z.array(z.looseObject({})).min(1).max(10).safeParse(one["items"]);
  if (!items.success)
    throw invalidForm([...path, "items"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.");
  items.data.forEach((item, index) => {
    checkMedia(item, [...path, "items", index], totals);
  });
}

function checkMedia(item: Readonly<Record<string, unknown>>, path: Path, totals: ComponentTotals): void {
  const description = z.string().min(1).nullish().safeParse(item["description"]);
  if (!description.success)
    throw invalidForm(
      [...path, "description"],
      "BASE_TYPE_BAD_LENGTH",
      "Must be between 1 and 1024 in length.",
    );
  if (description.data && lengthOf(description.data) > 1024) throw tooLong([...path, "description"], 1024);
  checkSpoiler(item, path);
  const media = z.looseObject({ url: z.string().max(2048) }).safeParse(item["media"]);
  const url = media.data?.url ?? "";
  if (url.startsWith("attachment://")) totals.attachments.add(url.slice("attachment://".length));
  else if (!/^https?:\/\//.test(url))
    throw invalidForm([...path, "media", "url"], "URL_TYPE_INVALID_SCHEME", "Not a well formed URL.");
}

function checkSpoiler(item: Readonly<Record<string, unknown>>, path: Path): void {
  if (!z.boolean().nullish().safeParse(item["spoiler"]).success)
    throw invalidForm([...path, "spoiler"], "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
}

export function tooLong(path: Path, most: number): Error {
  return invalidForm(path, "BASE_TYPE_MAX_LENGTH", `Must be ${most} or fewer in length.`);
}
