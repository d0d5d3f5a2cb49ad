import keyvTestSuite, { keyvIteratorTests } from "@keyv/test-suite";
import Keyv from "keyv";
import * as vitest from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { createKeyvSqlite } from "../../src/storage/keyv-sqlite.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";

// Keyv's own suite, as every storage adapter runs it: an adapter for each Keyv, one database for all.
const database = openSqlite(":memory:");
vitest.afterAll(() => database.close());

const store = () => createKeyvSqlite({ database, clock: systemClock });
keyvTestSuite(vitest, Keyv, store);
keyvIteratorTests(vitest, Keyv, store);
