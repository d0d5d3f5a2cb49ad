import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { imagesAdmin } from "../commands/images-admin.ts";
import { GENERATED, renderEnvExample, replaceBetween } from "../scripts/generated.ts";
import { readConfig } from "../src/config.ts";
import { SETTINGS } from "../src/settings.ts";

const read = (path: string) => readFileSync(path, "utf8");
const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].concat(
  ["docs", "docs/decisions"].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
);

describe("the documentation", () => {
  it.each(GENERATED.map((file) => [file.path, file] as const))(
    "%s is what `npm run docs` writes",
    (path, file) => {
      expect(file.render(read(path))).toBe(read(path));
    },
  );

  it("lists every variable in .env.example, and its defaults are what the reader uses", () => {
    const example = renderEnvExample();
    const given = Object.fromEntries(
      [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]),
    );
    expect(Object.keys(given)).toEqual(SETTINGS.map((setting) => setting.name));
    // Setting every default by hand changes nothing, but that an address of fal's is then the owner's own wish.
    const { fal, ...rest } = readConfig(given);
    const { fal: unset, ...usual } = readConfig({});
    expect(rest).toEqual(usual);
    expect({ ...fal, simulated: true }).toEqual(unset);
  });

  it("for owners names no command that the bot would not carry out", () => {
    const page = read("docs/owners.md");
    const alone = [...page.matchAll(/^ *(\/images-admin .*?)(?: {2,}.*)?$/gm)];
    const within = [...page.matchAll(/`(\/images-admin [^`]+)`/g)];
    const commands = [...alone, ...within].map((match) => match[1] ?? "");
    expect(commands.length).toBeGreaterThan(12);
    const refused = commands.filter((typed) => {
      const text = typed.replace("/images-admin ", "");
      return !["order", "query"].includes(imagesAdmin.interpret({ type: "text", text }).type);
    });
    expect(refused).toEqual([]);
  });

  it.each(documents)("%s has no link to a file that is not there", (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] ?? "");
    const missing = links.filter((link) => !existsSync(join(dirname(path), link)));
    expect(missing).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/`npm run ([a-z:-]+)/g)].map((match) => match[1] ?? ""),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("says so when a mark is missing", () => {
    expect(() => replaceBetween("text", "settings", "")).toThrow(/marks/);
  });
});
