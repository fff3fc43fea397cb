/** Who is told, where, and when. */
import { z } from 'zod';
import { lengthOf } from './length.ts';
import { addressOf } from './template.ts';
import { zone } from './words.ts';

/** Hours written as "20:00-08:00", which may pass midnight; in minutes of the day once they are parsed. */
const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be hours such as 20:00-08:00')
  .transform((text) => {
    const [from = 0, until = 0] = text.split('-').map((time) => {
      const [hour = 0, minute = 0] = time.split(':').map(Number);
      return hour * 60 + minute;
    });
    return { from, until };
  })
  .refine(({ from, until }) => from !== until, 'must not end where they begin');

export const notify = z
  .strictObject({
    /** The Slack workspace to tell, whose token comes from SLACK_BOT_TOKEN; without it alerts are logged. */
    slack: z
      .strictObject({
        channel: z.string().min(1),
        /** The address of Slack's API, which tests and proxies replace. */
        apiUrl: z.string().default('https://slack.com/api/'),
        /** The shortest time between two edits of an incident's message. */
        editEvery: lengthOf('5s'),
        /**
         * Who may press the buttons, by Slack's ids of users; none: no buttons. Needs SLACK_SIGNING_SECRET, and the
         * app's interactivity address in Slack set to https://…/v1/slack/interactions.
         */
        operators: z
          .array(z.string().regex(/^[UW][A-Z0-9]+$/, 'must be the id of a Slack user, such as U024BE7LH'))
          .default([]),
        /** Whether the thread gets pictures of the rate when an incident opens and ends; needs the scope files:write. */
        picture: z.boolean().default(false),
        /**
         * Who is called in the thread when an incident opens, gets worse, or a pause fails; never by an edit. `who`:
         * <!subteam^S123>, <@U123>, <!here>, several with a space between; `zone`: detect.zone when left out.
         */
        mentions: z
          .array(
            z.strictObject({
              severity: z.enum(['warning', 'critical']),
              hours: hours.optional(),
              zone: zone.optional(),
              who: z
                .string()
                .regex(
                  /^<(!subteam\^S\w+|@[UW]\w+|!here|!channel)>( <(!subteam\^S\w+|@[UW]\w+|!here|!channel)>)*$/,
                  'must be mentions as Slack writes them, such as <!subteam^S123> or <@U123>',
                ),
            }),
          )
          .default([]),
      })
      .optional(),
    /** In a storm, incidents beyond the first `above` that open within `within` become lines of one message. */
    digest: z
      .strictObject({ above: z.number().int().min(1).default(5), within: lengthOf('5m') })
      .prefault({}),
    /**
     * Told as well when the first channel (Slack; without it, the first of these) has taken nothing for `fallbackAfter`,
     * all of them: `[{ slack: C0BACKUP }, { webhook: https://… }, { alertmanager: http://alertmanager:9093 }]`.
     * Webhooks are signed with TOCSIN_WEBHOOK_SECRET when it is set.
     */
    fallback: z
      .array(
        z.union(
          [
            z.strictObject({ slack: z.string().min(1) }),
            z.strictObject({ webhook: z.url({ protocol: /^https?$/ }) }),
            z.strictObject({ alertmanager: z.url({ protocol: /^https?$/ }) }),
          ],
          { error: 'must be one of {slack: CHANNEL}, {webhook: URL}, {alertmanager: URL}' },
        ),
      )
      .default([]),
    fallbackAfter: lengthOf('2m'),
    /**
     * A dead man's switch: this address is asked for every so often while tocsin evaluates and sees, by the instance that
     * leads; whoever waits for it (healthchecks.io and the like) raises the alarm when it stays away. `url` may be, or
     * contain, ${NAME} from the environment. Let them wait for two or three times `every`.
     */
    heartbeat: z
      .strictObject({
        url: addressOf([]),
        every: lengthOf('1m').refine((length) => length >= 1_000, 'must be a second at least'),
        method: z.enum(['GET', 'POST', 'HEAD']).default('GET'),
        /** How long one of three tries may take. */
        timeout: lengthOf('10s'),
      })
      .optional(),
  })
  .prefault({});
