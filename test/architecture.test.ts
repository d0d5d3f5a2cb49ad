import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const MAX_LINES = 400;

/** What the files of one part may import. */
interface Rule {
  readonly part: string;
  readonly files: RegExp;
  /** Files of this repository, by path. */
  readonly local: RegExp;
  readonly packages: readonly string[];
  /** Modules of Node's own; `any` where there is I/O to be done. */
  readonly node: "any" | readonly string[];
}

const CORE_COMMANDS =
  /^(commands\/|src\/errors\.ts|src\/core\/(command|model|view|events|grammar|emoji|policy\/\w+)\.ts)/;
const within = (...paths: readonly string[]) =>
  new RegExp(`^(${["src/errors.ts", "src/core/", ...paths].join("|").replaceAll(".", "\\.")})`);

/** What a part tells the doctor in, and how it looks at files for that. */
const FINDING = "src/doctor/finding.ts";
const FOLDER = "src/doctor/folder.ts";

/** The import table of ARCHITECTURE.md. The first rule that covers a file is its rule. */
const RULES: readonly Rule[] = [
  { part: "errors", files: /^src\/errors\.ts$/, local: /^$/, packages: [], node: [] },
  {
    part: "the blocklist",
    files: /^src\/core\/blocklist\//,
    local: within(),
    packages: ["opencc-js", "re2js", "unhomoglyph"],
    node: [],
  },
  { part: "core", files: /^src\/core\//, local: within(), packages: ["zod"], node: ["crypto", "events"] },
  { part: "commands", files: /^commands\//, local: CORE_COMMANDS, packages: ["zod"], node: [] },
  {
    part: "the playground's page",
    files: /^adapters\/playground\/page\//,
    local: /^adapters\/playground\/page\//,
    packages: [],
    node: [],
  },
  {
    part: "the playground",
    files: /^adapters\/playground\//,
    local: within("adapters/playground/"),
    packages: ["zod", "fastify", "@fastify/static"],
    node: "any",
  },
  {
    part: "Slack",
    files: /^adapters\/slack\//,
    local: within("adapters/slack/", FINDING),
    packages: ["zod", "@slack/bolt", "@slack/web-api", "@slack/socket-mode", "undici"],
    node: "any",
  },
  {
    part: "Discord",
    files: /^adapters\/discord\//,
    local: within("adapters/discord/", FINDING),
    packages: ["zod", "discord.js", "undici"],
    node: "any",
  },
  {
    part: "fal",
    files: /^src\/fal\//,
    local: within("src/fal/", FINDING),
    packages: ["zod", "@fal-ai/client", "undici", "eventsource-parser"],
    node: "any",
  },
  {
    part: "the simulator",
    files: /^src\/simulator\//,
    local: within("src/simulator/"),
    packages: ["zod", "fastify", "sharp"],
    node: "any",
  },
  {
    part: "pictures",
    files: /^src\/pictures\//,
    local: within("src/pictures/"),
    packages: ["zod", "undici", "sharp", "file-type", "p-queue"],
    node: "any",
  },
  {
    part: "storage",
    files: /^src\/storage\//,
    local: within("src/storage/", FINDING, FOLDER),
    packages: ["zod", "keyv", "libsql"],
    node: "any",
  },
  { part: "the queue", files: /^src\/queue\//, local: within("src/queue/"), packages: [], node: "any" },
  {
    part: "the dashboard's page",
    files: /^src\/web\/admin\/page\//,
    local: /^src\/web\/admin\/page\//,
    packages: ["chart.js"],
    node: [],
  },
  {
    part: "web",
    files: /^src\/web\//,
    local: within("src/web/", FINDING, FOLDER),
    packages: ["zod", "fastify", "@fastify/static", "prom-client"],
    node: "any",
  },
  {
    part: "the doctor",
    files: /^src\/doctor\//,
    local: within("src/doctor/", "src/config.ts", "src/settings.ts"),
    packages: ["zod", "leven"],
    node: "any",
  },
  {
    part: "main",
    files: /^src\/main\.ts$/,
    local: /^(src|adapters|commands)\//,
    packages: ["zod", "dotenv"],
    node: "any",
  },
  { part: "app", files: /^src\/app\.ts$/, local: within(), packages: [], node: [] },
  {
    part: "settings, log and the like",
    files: /^src\/[^/]+\.ts$/,
    local: within("src/config.ts", "src/settings.ts", "src/home.ts", "src/log.ts"),
    packages: ["zod", "pino", "pino-pretty"],
    node: ["path"],
  },
];

/** Programs: started, never imported. `src/app.ts` is only composed. */
const PROGRAMS = /^(src\/main\.ts|src\/app\.ts|src\/simulator\/main\.ts)$/;
const OUTSIDE = /^(test|bench|scripts)\/|^vitest\.config\.ts$/;

const STATIC_IMPORT = /(?:^|[;}\n])[ \t]*(?:import|export)\b(?:[^"'`;=]*?\bfrom)?\s*(["'])([^"'\n]+)\1/g;
const DYNAMIC_IMPORT = /\bimport\(\s*(["'])([^"'\n]+)\1/g;
const OPAQUE_IMPORT = /\bimport\(\s*(?!["'\s])|\brequire\(|\bcreateRequire\(/;

/** Everything a source imports, as it is written there. */
function importsOf(source: string): readonly string[] {
  return [...source.matchAll(STATIC_IMPORT), ...source.matchAll(DYNAMIC_IMPORT)].flatMap(
    (match) => match[2] ?? [],
  );
}

/** Which imports of a file break which rule, as sentences. */
function trespassesIn(file: string, source: string): readonly string[] {
  const rule = RULES.find(({ files }) => files.test(file));
  const found: string[] = [];
  for (const specifier of importsOf(source)) {
    const isLocal = specifier.startsWith(".");
    const target = isLocal ? posix.join(posix.dirname(file), specifier) : specifier;
    const complain = (why: string) => found.push(`${file} imports ${target}: ${why}`);
    if (isLocal && PROGRAMS.test(target) && !isComposed(file, target))
      complain("programs are imported by nobody");
    else if (specifier.startsWith("/") || specifier.includes("://"))
      complain("imports name no place on a machine");
    else if (rule === undefined) {
      if (!OUTSIDE.test(file)) complain("this file belongs to no part of the import table");
    } else if (!mayImport(rule, specifier, target)) complain(`${rule.part} may not`);
  }
  if (rule !== undefined && OPAQUE_IMPORT.test(source))
    found.push(`${file} imports something that it does not name`);
  return found;
}

function isComposed(file: string, target: string): boolean {
  return target === "src/app.ts" && (file === "src/main.ts" || file.startsWith("test/"));
}

function mayImport(rule: Rule, specifier: string, target: string): boolean {
  if (specifier.startsWith(".")) return rule.local.test(target);
  if (specifier.startsWith("node:")) {
    return rule.node === "any" || rule.node.includes(specifier.slice("node:".length));
  }
  return rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", "data", "test-results"]);
const TEXT = /(\.(ts|mjs|js|json|css|html|svg|md|yml|yaml|example|npmrc)|\/run|ignore|LICENSE|editorconfig)$/;

/** Every text file under a folder, by its path from the root. */
function textFiles(folder = ""): readonly string[] {
  return readdirSync(posix.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : textFiles(path);
    return TEXT.test(path) ? [path] : [];
  });
}

const files = textFiles();
const read = (path: string) => readFileSync(posix.join(ROOT, path), "utf8");
// This file holds wrong imports on purpose.
const modules = files.filter((path) => path.endsWith(".ts") && path !== "test/architecture.test.ts");

describe("the import table", () => {
  it("is kept by every file", () => {
    expect(modules.flatMap((path) => trespassesIn(path, read(path)))).toEqual([]);
  });

  it("covers files of every part", () => {
    const empty = RULES.filter(({ files: covered }) => !modules.some((path) => covered.test(path)));
    expect(empty.map(({ part }) => part)).toEqual([]);
  });

  it("lets nobody but main read the environment", () => {
    const readers = modules.filter((path) => !OUTSIDE.test(path) && /\bprocess\.env\b/.test(read(path)));
    expect(readers).toEqual(["src/main.ts"]);
  });

  it("keeps the process out of core and commands", () => {
    const users = modules.filter(
      (path) => /^(src\/core|commands)\//.test(path) && /\bprocess\./.test(read(path)),
    );
    expect(users).toEqual([]);
  });
});

describe("the check of imports finds", () => {
  it.each([
    ["src/core/core.ts", 'import { Client } from "discord.js";', "core may not"],
    ["src/core/core.ts", 'import { readFile } from "node:fs/promises";', "core may not"],
    ["src/core/core.ts", 'import { readConfig } from "../config.ts";', "core may not"],
    ["src/core/grammar/parse.ts", 'import {\n  a,\n  b,\n} from "../../fal/backend.ts";', "core may not"],
    ["src/core/core.ts", 'export * from "../storage/storage.ts";', "core may not"],
    ["src/core/core.ts", 'import type { Job } from "../storage/job-record.ts";', "core may not"],
    ["src/core/gate.ts", 'import { RE2JS } from "re2js";', "core may not"],
    ["src/core/blocklist/entry.ts", 'import { z } from "zod";', "the blocklist may not"],
    ["commands/imagine.ts", 'import { createRouter } from "../src/core/router.ts";', "commands may not"],
    ["commands/imagine.ts", 'import "@slack/bolt";', "commands may not"],
    ["adapters/slack/home.ts", 'import { intents } from "../discord/inbound.ts";', "Slack may not"],
    ["adapters/slack/home.ts", 'import { imagine } from "../../commands/imagine.ts";', "Slack may not"],
    ["adapters/discord/reply.ts", 'import { Keyv } from "keyv";', "Discord may not"],
    ["adapters/playground/page/main.ts", 'import { z } from "zod";', "the playground's page may not"],
    ["adapters/playground/page/main.ts", 'import { a } from "../room.ts";', "the playground's page may not"],
    ["src/fal/follow.ts", 'const { a } = await import("../simulator/simulator.ts");', "fal may not"],
    ["src/simulator/plan.ts", 'import { words } from "../fal/errors.ts";', "the simulator may not"],
    ["src/storage/texts.ts", 'import { createQueue } from "../queue/round-robin.ts";', "storage may not"],
    [
      "src/queue/waiting-line.ts",
      'import { openStorage } from "../storage/storage.ts";',
      "the queue may not",
    ],
    ["src/pictures/fit.ts", 'import { log } from "../log.ts";', "pictures may not"],
    ["src/web/server.ts", 'import { App } from "@slack/bolt";', "web may not"],
    ["src/web/admin/page/main.ts", 'import { z } from "zod";', "the dashboard's page may not"],
    ["src/web/admin/page/main.ts", 'import { PERIODS } from "../../../core/money.ts";', "page may not"],
    ["src/doctor/doctor.ts", 'import { readPrice } from "../fal/price.ts";', "the doctor may not"],
    ["src/fal/diagnose.ts", 'import { examine } from "../doctor/doctor.ts";', "fal may not"],
    ["src/app.ts", 'import { openStorage } from "./storage/storage.ts";', "app may not"],
    ["src/config.ts", 'import { createApp } from "./app.ts";', "programs are imported by nobody"],
    ["test/e2e/x.test.ts", 'import "../../src/main.ts";', "programs are imported by nobody"],
    ["bench/run.ts", 'await import("../src/simulator/main.ts");', "programs are imported by nobody"],
    ["src/log.ts", 'import { aView } from "../test/support/views.ts";', "settings, log and the like may not"],
    ["src/new-part/thing.ts", 'import { z } from "zod";', "this file belongs to no part of the import table"],
    ["src/fal/follow.ts", "const it = await import(name);", "imports something that it does not name"],
  ])("%s: %s", (file, source, why) => {
    const [first = "nothing"] = trespassesIn(file, `// a file\n${source}\n`);
    expect(first).toContain(why);
  });

  it("nothing where an import is only text", () => {
    const source = 'const sentence = `import { a } from "keyv"`;\n// from "discord.js"\n';
    expect(trespassesIn("src/core/core.ts", source)).toEqual([]);
  });
});

describe("every file", () => {
  it(`has at most ${MAX_LINES} lines`, () => {
    const ours = files.filter((path) => /^(src|commands|adapters|test|bench|scripts)\//.test(path));
    const long = ours
      .filter((path) => !path.startsWith("bench/results/"))
      .map((path) => ({ path, lines: read(path).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  // It leaves a reference in every signal that lives on: src/core/signals.ts does not.
  it("joins signals without AbortSignal.any", () => {
    const product = files.filter((path) => /^(src|commands|adapters)\//.test(path) && path.endsWith(".ts"));
    const joined = product.filter((path) => /\bAbortSignal\.any\(/.test(read(path)));
    // One a connection: the SDK reads the answer after we have handed it over.
    expect(joined).toEqual(["adapters/slack/socket-pool.ts"]);
  });

  it("names no host of a package registry", () => {
    // In pieces, so that this file does not name them either.
    const hosts = ["npmjs.", "yarnpkg.", "pypi.", "crates."].map(
      (name) => new RegExp(`\\b${name}(org|com|io)\\b`),
    );
    const named = files.filter((path) => hosts.some((host) => host.test(read(path))));
    expect(named).toEqual([]);
  });

  it("names no place of a machine and nothing beside the repository", () => {
    const place = /(^|["'`\s(=:])\/(work|home|root|Users|opt|mnt)\//m;
    const beside = new RegExp(`\\.\\./${"shared"}/`);
    const named = files.filter((path) => place.test(read(path)) || beside.test(read(path)));
    expect(named).toEqual([]);
  });
});
