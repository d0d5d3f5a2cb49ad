import type { Clock } from "../../src/core/clock.ts";
import type { View } from "../../src/core/view.ts";
import { messageOf, type SlackMessageBody } from "./blocks.ts";
import { fitText } from "./fit.ts";
import { SlackCallError } from "./trouble.ts";
import type { SlackWeb } from "./web.ts";

/** Ways to tell one person something that nobody else sees. */
export interface PrivateWords {
  /** A private view as a message body. */
  bodyOf(view: View): SlackMessageBody;
  /** Title and lines of a private view as plain text, for where a form shows what is wrong. */
  plainOf(view: View, most: number): string;
  /**
   * By response_url where there is one (it works where the bot is no member), else in the channel for that person
   * only. False: neither worked, and nobody was told anything.
   */
  tell(to: PrivateTarget, body: SlackMessageBody): Promise<boolean>;
}

export interface PrivateTarget {
  /** Good for five messages in thirty minutes (docs.slack.dev, handling user interaction). */
  readonly responseUrl: string | null;
  readonly channel: string | null;
  /** The thread the person is looking at. */
  readonly thread: string | null;
  readonly user: string;
}

const TRIES = 2;

export interface PrivateWordsOptions {
  readonly web: SlackWeb;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The workspace's own address, for links to messages. */
  readonly workspaceUrl: string;
}

export function createPrivateWords(options: PrivateWordsOptions): PrivateWords {
  const { web, clock, timeoutMs, workspaceUrl } = options;

  async function respond(url: string, body: SlackMessageBody): Promise<boolean> {
    const message = JSON.stringify({ ...body, response_type: "ephemeral", replace_original: false });
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const status = await send(url, message).catch(() => 0);
      if (status === 200) return true;
      // 404: used up or too old, and it will stay so.
      if (status >= 400 && status < 500 && status !== 429) return false;
      await clock.sleep(500);
    }
    return false;
  }

  async function send(url: string, body: string): Promise<number> {
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "error" });
    await response.arrayBuffer();
    return response.status;
  }

  async function inChannel(
    { channel, thread, user }: PrivateTarget,
    body: SlackMessageBody,
  ): Promise<boolean> {
    if (channel === null) return false;
    const args = { channel, user, ...(thread !== null && { thread_ts: thread }), ...body };
    try {
      await web.patiently("chat.postEphemeral", args);
      return true;
    } catch (error) {
      if (error instanceof SlackCallError) return false;
      throw error;
    }
  }

  return {
    bodyOf: (view) => messageOf(view, [], { now: clock.now(), workspaceUrl, people: "private" }),
    plainOf: (view, most) => fitText([view.title, ...view.lines], clock.now(), most),
    async tell(to, body) {
      if (to.responseUrl !== null && (await respond(to.responseUrl, body))) return true;
      return inChannel(to, body);
    },
  };
}

/** Words of the adapter's own, where the core has no say: Slack's obstacles. */
export function sentenceBody(sentence: string): SlackMessageBody {
  const elements = [{ type: "rich_text_section", elements: [{ type: "text", text: sentence }] }];
  return { text: sentence, blocks: [{ type: "rich_text", elements }] };
}
