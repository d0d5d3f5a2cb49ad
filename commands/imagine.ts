import { z } from "zod";
import type { CommandDefinition, CommandMeaning } from "../src/core/command.ts";
import { type Parsed, parseText, readRequest } from "../src/core/grammar.ts";
import {
  ASPECT_RATIOS,
  type AspectRatio,
  DEFAULT_RATIO,
  MAX_PROMPT_LENGTH,
  MAX_SEED,
} from "../src/core/model.ts";
import { help } from "./help.ts";
import { refuseRequest } from "./refusals.ts";
import { refusal } from "./views.ts";

const LABELS: Readonly<Record<AspectRatio, string>> = {
  "3:1": "panorama",
  "16:9": "widescreen",
  "3:2": "photo",
  "4:3": "classic screen",
  "1:1": "square",
  "3:4": "portrait",
  "2:3": "poster",
  "9:16": "phone",
  "1:3": "banner",
};

/**
 * What a platform with typed options, or a form, hands over. A form's fields come as strings, an empty one being
 * an option not given.
 */
const Options = z.strictObject({
  prompt: z.string().default(""),
  ar: z.string().default(""),
  seed: z.union([z.number(), z.string()]).default(""),
  no: z.string().default(""),
});

/** `/imagine`: asks for a picture. */
export const imagine: CommandDefinition = {
  name: "imagine",
  description: "Paint a picture from words",
  audience: "everyone",
  actions: [],
  options: [
    {
      name: "prompt",
      description: "What you want to see",
      type: "string",
      required: true,
      choices: [],
      min: null,
      max: null,
      maxLength: MAX_PROMPT_LENGTH,
      example: "a lighthouse at dusk",
    },
    {
      name: "ar",
      description: `The shape: width to height (${DEFAULT_RATIO} unless you choose)`,
      type: "string",
      required: false,
      choices: ASPECT_RATIOS.map((ratio) => ({ label: `${ratio} · ${LABELS[ratio]}`, value: ratio })),
      min: null,
      max: null,
      maxLength: null,
      example: "16:9",
    },
    {
      name: "seed",
      description: "A whole number that makes the picture repeatable; 0 or none: one is chosen for you",
      type: "integer",
      required: false,
      choices: [],
      min: -1,
      max: MAX_SEED,
      maxLength: null,
      example: "42",
    },
    {
      name: "no",
      description: "What must not appear",
      type: "string",
      required: false,
      choices: [],
      min: null,
      max: null,
      maxLength: MAX_PROMPT_LENGTH,
      example: "people",
    },
  ],
  interpret(input) {
    return input.type === "text" ? meaningOf(parseText(input.text)) : fromOptions(input.options);
  },
};

function fromOptions(options: Readonly<Record<string, unknown>>): CommandMeaning {
  const checked = Options.safeParse(options);
  if (!checked.success) return refuseShape(checked.error.issues, options);
  const { prompt, ar, no } = checked.data;
  const seed = String(checked.data.seed).trim();
  return meaningOf(
    readRequest({
      prompt,
      no,
      ar: ar.trim() === "" ? null : ar,
      seed: seed === "" ? null : seed,
    }),
  );
}

/** An option of the wrong kind or one we do not have: an old registration, or a platform's mistake. */
function refuseShape(
  issues: readonly z.core.$ZodIssue[],
  options: Readonly<Record<string, unknown>>,
): CommandMeaning {
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") {
      return refuseRequest({ type: "unknown-option", typed: issue.keys.join(" ") });
    }
    if (issue.path[0] === "seed") {
      return refuseRequest({ type: "seed-not-integer", typed: String(options["seed"]) });
    }
  }
  const names = issues.map((issue) => issue.path.join(".")).join(" and ");
  return refusal(`The option ${names} must be text.`, "/imagine prompt:a lighthouse at dusk ar:16:9");
}

function meaningOf(parsed: Parsed): CommandMeaning {
  switch (parsed.type) {
    case "request":
      return { type: "imagine", request: parsed.request };
    case "help":
      return help();
    case "problem":
      return refuseRequest(parsed.problem);
  }
}
