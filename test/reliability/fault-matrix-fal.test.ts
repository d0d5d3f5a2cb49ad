import { FAL_CALLS, FAL_ROWS } from "./fal-faults.ts";
import { faultMatrix } from "./fault-matrix.ts";

faultMatrix("fal", FAL_CALLS, FAL_ROWS);
