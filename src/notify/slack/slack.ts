/** Slack: an incident is one message, edited as it grows, and a thread. In: entries. Out: where they live, or why not. */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Offer } from '../../respond/offers.ts';
import { LOG_CHANNEL, SendError, type Sender, type SendProblem } from '../channels/sender.ts';
import type { OutboxEntry, Thread } from '../outbox/outbox.ts';
import { blocksOf } from './blocks.ts';
import { createToldOnce } from './once-told.ts';
import { escapeMrkdwn } from './text.ts';
import { uploadPicture } from './upload.ts';

const EVENT_TYPE = 'tocsin_incident';
/** How far an entry that Slack may have is looked for: the channel's newest messages, a thread from its beginning. */
const LOOK_BACK = 100;
const LOOK_THROUGH = 999;
/** How many seconds are waited when Slack limits the rate without saying for how long. */
const DEFAULT_RETRY_AFTER = 30;

/** What Slack says of a message that can no longer be edited or answered: then it is posted anew. */
const GONE = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found'];
const PASSING = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'];
const UNFIT = [
  'msg_too_long',
  'no_text',
  'invalid_metadata_format',
  'metadata_too_large',
  'msg_blocks_too_long',
  'invalid_blocks',
];

const NEW_TOKEN = 'give the daemon a valid bot token in SLACK_BOT_TOKEN';
/** KEY stands for where the configuration names the channel. */
const TODO: Readonly<Record<string, string>> = {
  invalid_auth: NEW_TOKEN,
  not_authed: NEW_TOKEN,
  token_revoked: NEW_TOKEN,
  token_expired: NEW_TOKEN,
  account_inactive: NEW_TOKEN,
  missing_scope: 'give the Slack app the scope chat:write and install it again',
  channel_not_found: 'correct KEY (its id is safest), or invite the bot to the private channel',
  not_in_channel: 'invite the bot to the channel of KEY',
  is_archived: 'unarchive the channel, or name another one in KEY',
};

/**
 * `timeout`: of one call, in ms. `offers`: the orders that somebody stands behind; none, and cards have no buttons.
 * `key`: where the configuration names the channel. Its `deliver` rejects with `SendError` alone.
 */
export const createSlackSender = (parts: {
  token: string;
  config: Pick<NonNullable<Config['notify']['slack']>, 'channel' | 'apiUrl'>;
  log: Logger;
  timeout?: number;
  offers?: ReadonlySet<Offer>;
  key?: string;
}): Sender => {
  const { config, log, timeout = 10_000, offers = new Set(), key = 'notify.slack.channel' } = parts;
  const slack = new WebClient(parts.token, {
    slackApiUrl: config.apiUrl,
    timeout,
    // Only delivery waits and retries: Slack's client must not.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet(log),
  });

  const wording = (entry: OutboxEntry) => ({
    text: `${entry.mention && entry.kind === 'reply' ? `${entry.mention} ` : ''}${escapeMrkdwn(entry.text)}`,
    ...(entry.kind === 'card' && offers.size > 0 ? { blocks: blocksOf(entry, offers) } : {}),
    metadata: metadataOf(entry),
  });

  const post = async (entry: OutboxEntry, thread?: Thread): Promise<Thread> => {
    const answer = await slack.chat.postMessage({
      channel: thread?.channel ?? config.channel,
      ...wording(entry),
      unfurl_links: false,
      unfurl_media: false,
      ...(thread ? { thread_ts: thread.ts } : {}),
    });
    if (!answer.channel || !answer.ts)
      throw new SendError({ kind: 'unreachable', why: 'an answer without ts' });
    return thread ?? { channel: answer.channel, ts: answer.ts };
  };

  const edit = async (entry: OutboxEntry, { channel, ts }: Thread): Promise<Thread> => {
    await slack.chat.update({ channel, ts, ...wording(entry) });
    return { channel, ts };
  };

  /** Looks for the incident's card among the channel's newest messages. */
  const findCard = async ({ incident }: OutboxEntry): Promise<Thread | undefined> => {
    const { channel } = config;
    const answer = await slack.conversations.history({
      channel,
      limit: LOOK_BACK,
      include_all_metadata: true,
    });
    const found = (answer.messages ?? []).find((message) => {
      const payload = payloadOf(message);
      return payload?.incident === incident && payload.kind === 'card';
    });
    return found?.ts ? { channel, ts: found.ts } : undefined;
  };

  const hasReply = async ({ incident, seq }: OutboxEntry, { channel, ts }: Thread): Promise<boolean> => {
    const answer = await slack.conversations.replies({
      channel,
      ts,
      limit: LOOK_THROUGH,
      include_all_metadata: true,
    });
    return (answer.messages ?? []).some((message) => {
      const payload = payloadOf(message);
      return payload?.incident === incident && payload.kind === 'reply' && payload.seq === seq;
    });
  };

  const send = createToldOnce({ post, edit, findCard, hasReply }, { problemOf, log });

  return {
    picture: (picture, thread) => uploadPicture(slack, picture, { thread, timeout }),
    deliver: async (entry, thread, { doubtful = false } = {}) => {
      const own = thread?.channel === LOG_CHANNEL ? undefined : thread;
      try {
        return await send(entry, own, doubtful).catch((error) => {
          if (own && error instanceof WebAPIPlatformError && GONE.includes(error.data.error))
            return post(entry);
          throw error;
        });
      } catch (error) {
        throw new SendError(inKey(problemOf(error), key));
      }
    },
  };
};

const metadataOf = ({ incident, seq, kind }: OutboxEntry) => ({
  event_type: EVENT_TYPE,
  event_payload: { incident, seq, kind },
});

const payloadOf = (message: object): Record<string, unknown> | undefined => {
  const { metadata } = message as {
    metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
  };
  return metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined;
};

const problemOf = (error: unknown): SendProblem => {
  if (error instanceof SendError) return error.problem;
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate_limited', retryAfter: error.retryAfter };
  if (error instanceof WebAPIPlatformError) return problemOfCode(error.data.error);
  if (error instanceof WebAPIHTTPError) return { kind: 'unreachable', why: `HTTP ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return { kind: 'unreachable', why: causeOf(error.original) };
  const why = causeOf(error);
  if (why.startsWith('Retry header')) return { kind: 'rate_limited', retryAfter: DEFAULT_RETRY_AFTER };
  return { kind: 'unreachable', why };
};

const inKey = (problem: SendProblem, key: string): SendProblem =>
  problem.kind === 'refused' ? { ...problem, todo: problem.todo.replace('KEY', key) } : problem;

const problemOfCode = (code: string): SendProblem => {
  if (code === 'ratelimited' || code === 'rate_limited') {
    return { kind: 'rate_limited', retryAfter: DEFAULT_RETRY_AFTER };
  }
  // A proxy's page instead of an answer comes through as its whole text.
  if (!/^[a-z_]{1,60}$/.test(code)) return { kind: 'unreachable', why: 'an answer that is not Slack’s' };
  if (PASSING.includes(code)) return { kind: 'unreachable', why: code };
  if (UNFIT.includes(code)) return { kind: 'unfit', code };
  return {
    kind: 'refused',
    code,
    todo: TODO[code] ?? 'see this code in Slack’s documentation of chat.postMessage',
  };
};

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};

/** Slack's client logs to the console by itself; what matters comes back as a problem. */
const quiet = (log: Logger) => {
  const debug = (...said: unknown[]) => log.debug({ said: said.map(String) }, 'Slack client');
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: debug,
    error: debug,
    setLevel: nothing,
    getLevel: () => 'warn' as never,
    setName: nothing,
  };
};
