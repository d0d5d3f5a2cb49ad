import { faultMatrix } from "./fault-matrix.ts";
import { SLACK_CALLS, SLACK_ROWS } from "./slack-faults.ts";

faultMatrix("Slack", SLACK_CALLS, SLACK_ROWS);
