/** Slack, in one memory: a channel of cards with threads. In: what is posted and edited. Out: who reads it what. */

import type { OutboxEntry } from '../../src/notify/outbox/outbox.ts';
import type { SlackCalls } from '../../src/notify/slack/once-told.ts';

export interface SlackMessage {
  readonly ts: string;
  readonly thread: string | undefined;
  readonly incident: string;
  readonly kind: OutboxEntry['kind'];
  readonly seq: number;
  text: string;
}

export interface Slack {
  readonly calls: SlackCalls;
  readonly messages: readonly SlackMessage[];
}

const CHANNEL = 'C0STORM';
/** As far as slack.ts looks back. */
const LOOK_BACK = 100;

export const createSlack = (onPost: (message: SlackMessage) => void): Slack => {
  const messages: SlackMessage[] = [];
  return {
    messages,
    calls: {
      post: async ({ incident, kind, seq, text }, thread) => {
        const ts = String(messages.length + 1);
        const message: SlackMessage = { ts, thread: thread?.ts, incident, kind, seq, text };
        messages.push(message);
        onPost(message);
        return thread ?? { channel: CHANNEL, ts };
      },
      edit: async ({ text }, thread) => {
        const found = messages.find(({ ts }) => ts === thread.ts);
        if (found) found.text = text;
        return thread;
      },
      findCard: async ({ incident }) => {
        const found = messages
          .filter(({ thread }) => thread === undefined)
          .slice(-LOOK_BACK)
          .find((one) => one.incident === incident && one.kind === 'card');
        return found && { channel: CHANNEL, ts: found.ts };
      },
      hasReply: async ({ incident, seq }, { ts }) =>
        messages.some(
          (one) => one.thread === ts && one.incident === incident && one.kind === 'reply' && one.seq === seq,
        ),
    },
  };
};
