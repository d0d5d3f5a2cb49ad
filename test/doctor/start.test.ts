import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openHome, type ProductHome } from "../support/product.ts";

vi.setConfig({ testTimeout: 180_000 });

let home: ProductHome;
beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

it("a start tells on one line that what the doctor can see at once is well", async () => {
  const product = home.start();
  const [line] = await product.logged(/"msg":"Looks well: .*npm run doctor/);
  expect(line).toContain("Looks well: Configuration, Data folder.");
  await product.stop();
  expect(product.stdout()).not.toContain('"level":"warn"');
});

it("a start warns of what is odd, each on a line with its remedy, and goes on", async () => {
  const product = home.start({ REDIS_URL: "redis://x", FAL_KAY: "x", PLAYGROUND: "off" });
  await product.logged(/npm run doctor/);
  await product.ready;
  await product.stop();
  const warnings = product
    .stdout()
    .split("\n")
    .filter((line) => line.includes('"level":"warn"'));
  expect(warnings).toEqual([
    expect.stringContaining('"remedy":"Did you mean FAL_KEY?","msg":"FAL_KAY is no variable'),
    expect.stringContaining('"msg":"REDIS_URL is set'),
    expect.stringContaining('"msg":"Nobody can ask for pictures'),
  ]);
});
