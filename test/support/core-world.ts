import { z } from "zod";
import { commands } from "../../commands/index.ts";
import { type Core, createCore, type OwnerOptions } from "../../src/core/core.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Job } from "../../src/core/model.ts";
import type { JobStore, PictureFile, Pictures } from "../../src/core/ports.ts";
import type { Happening } from "../../src/core/telemetry.ts";
import { TakeFailure } from "../../src/errors.ts";
import { createRoundRobinQueue } from "../../src/queue/round-robin.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { createFakeBackend, type FakeBackend } from "./fake-backend.ts";
import { createFakeClock, type FakeClock, settle } from "./fake-clock.ts";
import { createFakePlatform, type FakePlatform } from "./fake-platform.ts";
import { createLife } from "./life.ts";
import { ownerOptions } from "./owner.ts";

/** The whole generation service over fakes of the outside; the store and the line are the real ones. */
export interface CoreWorld {
  readonly clock: FakeClock;
  readonly platform: FakePlatform;
  readonly backend: FakeBackend;
  readonly pictures: FakePictures;
  readonly store: JobStore;
  readonly storage: Storage;
  readonly core: Core;
  readonly happenings: Happening[];
  /** Lets everything that needs no time happen. */
  idle(): Promise<void>;
  /** The newest job, as stored. */
  job(): Promise<Job>;
  /** A new process over the same store, platform and provider; the old one is dropped where it stands. */
  restart(): Promise<CoreWorld>;
}

export interface FakePictures extends Pictures {
  readonly onDisk: Set<string>;
  /** How often fetching fails before it works. */
  failures: number;
  /** Bytes of a picture as painted. */
  bytes: number;
}

export function createFakePictures(): FakePictures {
  const pictures: FakePictures = {
    onDisk: new Set(),
    failures: 0,
    bytes: 1000,
    async fetch(image, name) {
      if (pictures.failures > 0) {
        pictures.failures -= 1;
        throw new TakeFailure("picture-unavailable", "Not to be had");
      }
      const path = `/tmp/${name}.png`;
      pictures.onDisk.add(path);
      return {
        path,
        bytes: pictures.bytes,
        contentType: "image/png",
        width: image.width,
        height: image.height,
      };
    },
    async fit(picture, rules): Promise<PictureFile> {
      if (picture.bytes <= rules.maxBytes) return picture;
      const path = `${picture.path}.${rules.maxBytes}.jpg`;
      pictures.onDisk.add(path);
      return { ...picture, path, bytes: rules.maxBytes, contentType: "image/jpeg" };
    },
    async discard(picture) {
      pictures.onDisk.delete(picture.path);
    },
  };
  return pictures;
}

export interface WorldOptions {
  readonly concurrency?: number;
  /** How long finished jobs are remembered, ms. @default for ever */
  readonly keepMs?: number;
  /** The owner's controls. @default nothing limited */
  readonly owner?: Partial<OwnerOptions>;
  /** Wraps the store, to break it. */
  readonly wrapStore?: (store: JobStore) => JobStore;
  /** The same for the ledger. */
  readonly wrapLedger?: (ledger: Ledger) => Ledger;
}

type Outside = Pick<CoreWorld, "clock" | "platform" | "backend" | "pictures" | "storage" | "happenings">;

/** Starts a world; every test has one of its own. */
export async function createWorld(options: WorldOptions = {}): Promise<CoreWorld> {
  const clock = createFakeClock();
  const storage = openStorage({ url: "sqlite::memory:", clock, onUnreadable: () => {} });
  return open(options, {
    clock,
    platform: createFakePlatform(() => clock.advance(1)),
    backend: createFakeBackend(),
    pictures: createFakePictures(),
    storage,
    happenings: [],
  });
}

async function open(options: WorldOptions, outside: Outside): Promise<CoreWorld> {
  const { clock, platform, backend, pictures, storage, happenings } = outside;
  const life = createLife();
  const store = life.bind(options.wrapStore?.(storage.jobs) ?? storage.jobs);
  const adapter = {
    ...platform,
    get pictures() {
      return platform.pictures;
    },
    openReply: (...args: Parameters<FakePlatform["openReply"]>) => life.bind(platform.openReply(...args)),
  };
  const core = createCore({
    store,
    presses: storage.records("presses", z.string()),
    queue: createRoundRobinQueue({ clock, onFault: () => {} }),
    backend: life.bind(backend),
    pictures,
    adapters: [adapter],
    commands,
    home: { title: "Hello", sections: [] },
    clock,
    telemetry: (happening) => void happenings.push(happening),
    settings: {
      concurrency: options.concurrency ?? 1,
      deadlineMs: 600_000,
      quietWindowMs: 30_000,
      keepMs: options.keepMs ?? null,
    },
    owner: ownerOptions(storage, {
      ledger: options.wrapLedger?.(storage.ledger) ?? storage.ledger,
      ...options.owner,
    }),
  });
  await core.start();
  await platform.start(core.sink);
  const idle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await settle();
  };
  await idle();
  return {
    ...outside,
    store,
    core,
    idle,
    async job() {
      const [newest] = await storage.jobs.history(null, 1);
      if (newest === undefined) throw new Error("There is no job");
      return newest;
    },
    restart() {
      life.end();
      return open(options, outside);
    },
  };
}
