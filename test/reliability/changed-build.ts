import { fileURLToPath, pathToFileURL } from "node:url";

/** One place of the built product and what stands there instead. */
export interface Change {
  /** Under dist, such as "src/core/generation.js". */
  readonly file: string;
  /** Must be there exactly once. */
  readonly from: string;
  readonly to: string;
}

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
/** What a process that came to a halt writes to its log. */
export const HALTED = /"msg":"halted"/;
/** Stands still for ever, and says so: the place where a test kills. */
export const HALT = `await new Promise(() => process.stdout.write('{"msg":"halted"}\\n'))`;

/**
 * The environment in which the product runs with these changes. The build itself is left as it is: the changes are
 * made while Node loads it. A change that no longer fits is an error, never a test that proves nothing.
 */
export function withChanges(changes: readonly Change[]): Readonly<Record<string, string>> {
  if (changes.length === 0) return {};
  const placed = changes.map(({ file, from, to }) => ({
    url: pathToFileURL(`${DIST}${file}`).href,
    from,
    to,
  }));
  const hooks = `
    const changes = ${JSON.stringify(placed)};
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      let source = loaded.source;
      for (const { from, to } of changes.filter((change) => change.url === url)) {
        const parts = String(source).split(from);
        if (parts.length !== 2) throw new Error("The build holds " + (parts.length - 1) + " times: " + from);
        source = parts.join(to);
      }
      return { ...loaded, source };
    }`;
  const register = `import { register } from "node:module"; register(${JSON.stringify(inline(hooks))});`;
  return { NODE_OPTIONS: `--import=${inline(register)}` };
}

const inline = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
