import type { ImageRequest } from "../model.ts";
import { parseText } from "./parse.ts";
import { quote } from "./quotes.ts";

/**
 * The request as a command that people can copy: `/imagine prompt:a lighthouse at dusk ar:16:9 seed:42 no:people`.
 * `parseText` reads the same request back. Values are quoted only where they would not read the same without, as
 * a platform with typed options takes the quotes of a pasted command for text. `count` is not part of it.
 */
export function formatCommand(request: ImageRequest): string {
  const plain = (text: string) => text;
  for (const [prompt, no] of [
    [plain, plain],
    [quote, plain],
    [plain, quote],
  ] as const) {
    const command = write(request, prompt, no);
    if (readsBack(command, request)) return command;
  }
  return write(request, quote, quote);
}

function write(
  request: ImageRequest,
  prompt: (text: string) => string,
  no: (text: string) => string,
): string {
  const parts = [`/imagine prompt:${prompt(request.prompt)}`, `ar:${request.ratio}`];
  if (request.seed !== null) parts.push(`seed:${request.seed}`);
  if (request.no !== null) parts.push(`no:${no(request.no)}`);
  return parts.join(" ");
}

function readsBack(command: string, request: ImageRequest): boolean {
  const parsed = parseText(command);
  return (
    parsed.type === "request" &&
    parsed.request.prompt === request.prompt &&
    parsed.request.no === request.no &&
    parsed.request.ratio === request.ratio &&
    parsed.request.seed === request.seed
  );
}
