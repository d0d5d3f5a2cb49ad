import { type Fields, isFields, list, obj, str } from "./fields.ts";

/** Whether a `slack_file` may be shown: its id, and the answer. */
export type FileCheck = (id: string) => boolean;

/** Where blocks are shown decides which are allowed and how many. */
export type Surface = "message" | "modal" | "home";

const MOST_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
const EVERYWHERE = ["section", "divider", "image", "actions", "context", "header", "rich_text"];
const ALLOWED: Readonly<Record<Surface, readonly string[]>> = {
  message: EVERYWHERE,
  modal: [...EVERYWHERE, "input"],
  home: [...EVERYWHERE, "input"],
};

/** Slack's complaints about blocks, each with its JSON pointer; none: they are good. */
export function blockErrors(blocks: unknown, surface: Surface, fileOk: FileCheck): readonly string[] {
  const errors: string[] = [];
  const complain = (what: string, at: string) => errors.push(`${what} [json-pointer:${at}]`);
  if (!Array.isArray(blocks)) return ["must be an array [json-pointer:/blocks]"];
  if (blocks.length > MOST_BLOCKS[surface]) complain("no more than 50 items allowed", "/blocks");
  const blockIds = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`;
    if (!isFields(block)) {
      complain("must be an object", at);
      continue;
    }
    const id = str(block, "block_id");
    if (id.length > 255) complain("must be less than 256 characters", `${at}/block_id`);
    if (id !== "" && blockIds.has(id)) complain("block_id already exists", `${at}/block_id`);
    blockIds.add(id);
    const type = str(block, "type");
    if (!ALLOWED[surface].includes(type)) complain(`unsupported type: ${type}`, `${at}/type`);
    else checkBlock(block, type, at, complain, fileOk);
  }
  return errors;
}

/** Characters of a message's blocks that Slack certainly takes: reports of refusals begin at 11,300. */
const MOST_TEXT = 11_000;

/** Whether Slack would call blocks too long altogether: it counts their words, wherever they stand. */
export function tooLong(blocks: unknown): boolean {
  return textIn(blocks) > MOST_TEXT;
}

function textIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textIn(one), 0);
  if (!isFields(value)) return 0;
  const own = str(value, "text").length + str(value, "url").length;
  return Object.values(value).reduce<number>((sum, one) => sum + textIn(one), own);
}

type Complain = (what: string, at: string) => unknown;

function checkBlock(block: Fields, type: string, at: string, complain: Complain, fileOk: FileCheck): void {
  switch (type) {
    case "section":
      if (block["text"] === undefined && block["fields"] === undefined)
        complain("missing required field: text", at);
      if (block["text"] !== undefined) checkText(block["text"], `${at}/text`, 3000, complain);
      if (list(block, "fields").length > 10) complain("no more than 10 items allowed", `${at}/fields`);
      for (const [i, field] of list(block, "fields").entries()) {
        checkText(field, `${at}/fields/${i}`, 2000, complain);
      }
      return;
    case "header":
      checkPlain(block["text"], `${at}/text`, 150, complain);
      return;
    case "context":
      checkContext(block, at, complain);
      return;
    case "image":
      checkImage(block, at, complain, fileOk);
      return;
    case "actions":
      checkActions(block, at, complain);
      return;
    case "input":
      checkInput(block, at, complain);
      return;
    case "rich_text":
      checkRichText(block, at, complain);
      return;
    default:
      return;
  }
}

function checkText(text: unknown, at: string, most: number, complain: Complain): void {
  if (!isFields(text) || !["plain_text", "mrkdwn"].includes(str(text, "type"))) {
    complain("must be a text object", at);
    return;
  }
  const length = str(text, "text").length;
  if (length < 1) complain("must be more than 0 characters", `${at}/text`);
  if (length > most) complain(`must be less than ${most + 1} characters`, `${at}/text`);
  if (str(text, "type") === "mrkdwn" && text["emoji"] !== undefined)
    complain("emoji not allowed", `${at}/emoji`);
}

function checkPlain(text: unknown, at: string, most: number, complain: Complain): void {
  if (isFields(text) && str(text, "type") !== "plain_text") complain("must be plain_text", `${at}/type`);
  checkText(text, at, most, complain);
}

function checkContext(block: Fields, at: string, complain: Complain): void {
  const elements = list(block, "elements");
  if (elements.length < 1 || elements.length > 10) complain("must have 1 to 10 items", `${at}/elements`);
  elements.forEach((element, i) => {
    if (str(element, "type") !== "image") checkText(element, `${at}/elements/${i}`, 2000, complain);
  });
}

function checkImage(block: Fields, at: string, complain: Complain, fileOk: FileCheck): void {
  const alt = str(block, "alt_text");
  if (alt.length < 1) complain("missing required field: alt_text", at);
  if (alt.length > 2000) complain("must be less than 2001 characters", `${at}/alt_text`);
  if (block["title"] !== undefined) checkPlain(block["title"], `${at}/title`, 2000, complain);
  const sources = ["image_url", "slack_file"].filter((name) => block[name] !== undefined);
  if (sources.length !== 1) complain("exactly one of image_url and slack_file", at);
  if (block["slack_file"] === undefined) return;
  const file = obj(block, "slack_file");
  const ways = ["id", "url"].filter((name) => str(file, name) !== "");
  if (ways.length !== 1 || !/^F[A-Z0-9]{8,}$/.test(str(file, "id")) || !fileOk(str(file, "id"))) {
    complain("invalid slack file", `${at}/slack_file`);
  }
}

function checkActions(block: Fields, at: string, complain: Complain): void {
  const elements = list(block, "elements");
  if (elements.length < 1 || elements.length > 25) complain("must have 1 to 25 items", `${at}/elements`);
  const ids = new Set<string>();
  elements.forEach((element, i) => {
    const here = `${at}/elements/${i}`;
    const id = str(element, "action_id");
    if (id.length > 255) complain("must be less than 256 characters", `${here}/action_id`);
    if (id !== "" && ids.has(id)) complain("action_id already exists", `${here}/action_id`);
    ids.add(id);
    if (str(element, "type") === "button") checkButton(element, here, complain);
  });
}

function checkButton(button: Fields, at: string, complain: Complain): void {
  checkPlain(button["text"], `${at}/text`, 75, complain);
  if (str(button, "value").length > 2000) complain("must be less than 2001 characters", `${at}/value`);
  const style = button["style"];
  if (style !== undefined && style !== "primary" && style !== "danger")
    complain("invalid style", `${at}/style`);
  if (button["confirm"] === undefined) return;
  const confirm = obj(button, "confirm");
  checkPlain(confirm["title"], `${at}/confirm/title`, 100, complain);
  checkText(confirm["text"], `${at}/confirm/text`, 300, complain);
  checkPlain(confirm["confirm"], `${at}/confirm/confirm`, 30, complain);
  checkPlain(confirm["deny"], `${at}/confirm/deny`, 30, complain);
}

function checkInput(block: Fields, at: string, complain: Complain): void {
  checkPlain(block["label"], `${at}/label`, 2000, complain);
  if (block["hint"] !== undefined) checkPlain(block["hint"], `${at}/hint`, 2000, complain);
  const element = obj(block, "element");
  const here = `${at}/element`;
  if (str(element, "action_id").length > 255)
    complain("must be less than 256 characters", `${here}/action_id`);
  switch (str(element, "type")) {
    case "plain_text_input":
      checkTextInput(element, here, complain);
      return;
    case "static_select":
      checkSelect(element, here, complain);
      return;
    case "conversations_select":
      return;
    default:
      complain("unsupported element", `${here}/type`);
  }
}

function checkTextInput(element: Fields, at: string, complain: Complain): void {
  const most = Number(element["max_length"] ?? 3000);
  if (most < 1 || most > 3000) complain("must be between 1 and 3000", `${at}/max_length`);
  if (str(element, "initial_value").length > most) complain("longer than max_length", `${at}/initial_value`);
}

function checkSelect(element: Fields, at: string, complain: Complain): void {
  const options = list(element, "options");
  if (options.length < 1 || options.length > 100) complain("must have 1 to 100 items", `${at}/options`);
  options.forEach((option, i) => {
    checkPlain(option["text"], `${at}/options/${i}/text`, 75, complain);
    const length = str(option, "value").length;
    if (length < 1 || length > 150) complain("must be 1 to 150 characters", `${at}/options/${i}/value`);
  });
  if (element["initial_option"] === undefined) return;
  const initial = JSON.stringify(element["initial_option"]);
  if (!options.some((option) => JSON.stringify(option) === initial)) {
    complain("initial_option is not one of the options", `${at}/initial_option`);
  }
}

const RICH_BLOCKS = ["rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list"];
const RICH_PIECES = ["text", "link", "user", "emoji", "date", "channel", "broadcast", "usergroup", "color"];

function checkRichText(block: Fields, at: string, complain: Complain): void {
  const elements = list(block, "elements");
  if (elements.length < 1) complain("must have at least 1 item", `${at}/elements`);
  for (const [i, element] of elements.entries()) {
    const here = `${at}/elements/${i}`;
    const kind = str(element, "type");
    if (!RICH_BLOCKS.includes(kind)) complain("unsupported element", `${here}/type`);
    const pieces = list(element, "elements");
    if (pieces.length < 1) complain("must have at least 1 item", `${here}/elements`);
    for (const [n, piece] of pieces.entries()) {
      if (kind !== "rich_text_list") checkPiece(piece, `${here}/elements/${n}`, complain);
    }
  }
}

function checkPiece(piece: Fields, at: string, complain: Complain): void {
  const type = str(piece, "type");
  if (!RICH_PIECES.includes(type)) complain("unsupported element", `${at}/type`);
  if (type === "text" && str(piece, "text") === "") complain("must be more than 0 characters", `${at}/text`);
  if (type === "link" && !/^https?:/.test(str(piece, "url"))) complain("invalid url", `${at}/url`);
  if (type === "user" && !/^[UW][A-Z0-9]+$/.test(str(piece, "user_id"))) complain("invalid user_id", at);
  if (type === "date" && typeof piece["timestamp"] !== "number") complain("invalid date", at);
}
