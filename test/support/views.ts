import { createHash } from "node:crypto";
import { mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import type { View, ViewAction, ViewImage } from "../../src/core/view.ts";

const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

/** A view with sensible contents; name only what the test is about. */
export function aView(overrides: Partial<View> = {}): View {
  return {
    kind: "waiting",
    jobId: "job-1",
    title: ["⏳ You are next in line"],
    lines: [],
    prompt: "a red fox in fresh snow",
    facts: [],
    progress: null,
    command: null,
    images: [],
    documents: [],
    actions: [],
    ...overrides,
  };
}

export function anAction(overrides: Partial<ViewAction> = {}): ViewAction {
  return { intent: "cancel", jobId: "job-1", label: "Cancel", emoji: "❌", confirm: null, ...overrides };
}

/** A job in line: place, expected start, Cancel. */
export function aWaitingView(overrides: Partial<View> = {}): View {
  return aView({
    title: ["⏳ ", { type: "strong", text: "In line" }, " · 2 go first"],
    lines: [["Should start ", { type: "moment", at: NOON + 24_000 }]],
    facts: [
      { label: "ar", value: "16:9" },
      { label: "seed", value: "42" },
    ],
    progress: { since: NOON, expectedAt: null, log: null },
    actions: [anAction()],
    ...overrides,
  });
}

/** A job being painted, with the provider's last log line. */
export function aWorkingView(overrides: Partial<View> = {}): View {
  return aWaitingView({
    kind: "working",
    title: ["🎨 ", { type: "strong", text: "Painting" }],
    lines: [],
    progress: { since: NOON, expectedAt: NOON + 20_000, log: "sampling step 12 of 30" },
    ...overrides,
  });
}

/** A finished job with its picture, the copyable command and every button. */
export function aDoneView(image: ViewImage, overrides: Partial<View> = {}): View {
  return aWaitingView({
    kind: "done",
    title: ["✅ ", { type: "strong", text: "Done" }, " in 14 s"],
    lines: [["for ", { type: "person", user: "user-1", name: "Ada" }]],
    progress: null,
    command: "/imagine prompt:a red fox in fresh snow ar:16:9 seed:42",
    images: [image],
    actions: [
      anAction({ intent: "reroll", label: "Reroll", emoji: "🎲" }),
      anAction({ intent: "edit", label: "Edit", emoji: "✏️" }),
      anAction({ intent: "send-to-me", label: "Send to me", emoji: "✉️" }),
      anAction({
        intent: "delete",
        label: "Delete",
        emoji: "🗑️",
        confirm: "Delete this picture for everyone?",
      }),
    ],
    ...overrides,
  });
}

/** A small real PNG in a temporary folder, a different one for each colour. */
export async function aPicture(
  overrides: Partial<ViewImage> = {},
  colour: { r: number; g: number; b: number } = { r: 200, g: 80, b: 40 },
): Promise<ViewImage> {
  const path = join(await mkdtemp(join(tmpdir(), "view-")), "job-1.png");
  await sharp({ create: { width: 64, height: 36, channels: 3, background: colour } })
    .png()
    .toFile(path);
  const { size } = await stat(path);
  return {
    path,
    fileName: "job-1.png",
    bytes: size,
    contentType: "image/png",
    ratio: "16:9",
    width: 64,
    height: 36,
    alt: "a red fox in fresh snow",
    originalUrl: null,
    spoiler: false,
    ...overrides,
  };
}

/** Hex SHA-256 of a file, to compare pictures byte by byte. */
export async function fileSha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
