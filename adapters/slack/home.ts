import type { Home } from "../../src/core/events.ts";
import { permalinkOf } from "./address.ts";
import { plain } from "./blocks.ts";
import { cut, SLACK_LIMITS } from "./limits.ts";
import {
  type Kit,
  linePieces,
  lines,
  momentPiece,
  type RenderContext,
  richBlock,
  textPiece,
} from "./rich-text.ts";

/** How much of a prompt stands in the list of recent pictures, characters. */
const PROMPT_LINE = 150;

/** The bot's own page as a view for views.publish. */
export function homeView(home: Home, context: RenderContext): Kit {
  const blocks = [
    { type: "header", text: plain(home.title, SLACK_LIMITS.header) },
    ...home.sections.flatMap((part) => [
      { type: "header", text: plain(part.title, SLACK_LIMITS.header) },
      ...richBlock(lines(part.lines.map((line) => linePieces(line, context)))),
    ]),
    ...richBlock(lines(home.recent.map((job) => recentLine(job, context)))),
  ];
  return { type: "home", blocks: blocks.slice(0, SLACK_LIMITS.viewBlocks) };
}

function recentLine(job: Home["recent"][number], context: RenderContext): readonly Kit[] {
  const { messageKey, prompt, at } = job;
  const words = cut(prompt.replace(/\s+/g, " ").trim() || "…", PROMPT_LINE);
  const url =
    messageKey === null || context.workspaceUrl === null
      ? null
      : permalinkOf(messageKey, context.workspaceUrl);
  const name = url === null ? textPiece(words) : [{ type: "link", url, text: words }];
  return [...textPiece("• "), ...name, ...textPiece(" · "), momentPiece(at, context.now)];
}
