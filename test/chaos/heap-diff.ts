import { readFileSync } from "node:fs";
import { z } from "zod";

/**
 * What there is more of in the second of two heap snapshots of one process, by kind: `npm run soak -- --snapshots DIR`
 * takes them. Run with `node scripts/chaos.mjs heap-diff FIRST SECOND`.
 */
const snapshotSchema = z.object({
  snapshot: z.object({
    meta: z.object({
      node_fields: z.array(z.string()),
      node_types: z.tuple([z.array(z.string())]).rest(z.unknown()),
    }),
  }),
  nodes: z.custom<readonly number[]>(Array.isArray),
  strings: z.custom<readonly string[]>(Array.isArray),
});

interface Kind {
  readonly count: number;
  readonly bytes: number;
}

/** Longer than any class's name; a piece of code is named after its whole function. */
const NAME_LENGTH = 60;
const LINES = 30;
/** Kinds of nodes whose name is their own text. */
const NAMELESS = /string|number|bigint|symbol|regexp/;

const [first, second] = process.argv.slice(2);
if (first === undefined || second === undefined) {
  console.error("Use: node scripts/chaos.mjs heap-diff FIRST.heapsnapshot SECOND.heapsnapshot");
  process.exit(2);
}
const [before, after] = [kindsIn(first), kindsIn(second)];
const NONE: Kind = { count: 0, bytes: 0 };
const grown = [...after].map(([name, kind]) => {
  const old = before.get(name) ?? NONE;
  return { name, bytes: kind.bytes - old.bytes, count: kind.count - old.count };
});
const total = ({ bytes, count }: { readonly bytes: number; readonly count: number }, name: string) =>
  console.log(`${(bytes / 1024).toFixed(1).padStart(9)} kB ${String(count).padStart(7)}  ${name}`);

const code = grown.filter(({ name }) => name.startsWith("code"));
const rest = grown.filter(({ name }) => !name.startsWith("code"));
total(sumOf(code), "more of V8's own code");
total(sumOf(rest), "more of everything else\n");
for (const kind of grown.sort((a, b) => b.bytes - a.bytes).slice(0, LINES)) total(kind, kind.name);

function sumOf(kinds: readonly Kind[]): Kind {
  return kinds.reduce(
    (sum, { count, bytes }) => ({ count: sum.count + count, bytes: sum.bytes + bytes }),
    NONE,
  );
}

function kindsIn(file: string): ReadonlyMap<string, Kind> {
  const { snapshot, nodes, strings } = snapshotSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const at = (field: string) => fields.indexOf(field);
  const [type, name, size] = [at("type"), at("name"), at("self_size")];
  const kinds = new Map<string, Kind>();
  for (let node = 0; node < nodes.length; node += fields.length) {
    const sort = types[0][nodes[node + type] ?? 0] ?? "";
    const own = NAMELESS.test(sort) ? "" : (strings[nodes[node + name] ?? 0] ?? "").slice(0, NAME_LENGTH);
    const key = `${sort} ${own}`;
    const { count, bytes } = kinds.get(key) ?? { count: 0, bytes: 0 };
    kinds.set(key, { count: count + 1, bytes: bytes + (nodes[node + size] ?? 0) });
  }
  return kinds;
}
