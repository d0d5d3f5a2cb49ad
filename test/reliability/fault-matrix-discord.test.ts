import { DISCORD_CALLS, DISCORD_ROWS } from "./discord-faults.ts";
import { faultMatrix } from "./fault-matrix.ts";

faultMatrix("Discord", DISCORD_CALLS, DISCORD_ROWS);
