/**
 * The configuration: every key, its default, its unit, and why one would change it.
 * In: a parsed YAML document. Out: `Config`, complete. Secrets are not here: see secrets.ts.
 */
import { isIP } from 'node:net';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { DETECTORS } from '../detect/finding.ts';
import { CATEGORIES } from '../events/event.ts';
import { countrySchema, rulesSchema } from '../events/quiet-rules.ts';
import { actuators } from './actuators.ts';
import { lengthOf } from './length.ts';
import { MODES } from './mode.ts';
import { PAUSE_WHEN } from './pause-when.ts';
import { stopProbe } from './probe.ts';

const category = z.enum(CATEGORIES);
const detector = z.enum(DETECTORS);
const zone = z.string().refine(IANAZone.isValidZone, 'must be an IANA time zone such as Europe/Paris');
const name = z.string().min(1).max(100);
/** Where people live: a country, its clock, and the part of the country when that has holidays or rules of its own. */
const place = z.strictObject({ country: countrySchema, zone, region: z.string().optional() });
const isNetwork = (text: string): boolean => {
  const [address = '', length = '0', ...more] = text.split('/');
  const version = isIP(address);
  return (
    version > 0 && more.length === 0 && /^\d+$/.test(length) && Number(length) <= (version === 6 ? 128 : 32)
  );
};
const prefix = z.string().regex(/^\+[1-9]\d{0,14}$/);

/** "20:00-08:00", in minutes of the day. */
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

const provider = z.strictObject({
  /** What its messages are when the event does not say. Default: transactional, so that silence never accuses. */
  category: category.default('transactional'),
  /** Never paused by policy; findings still alert. */
  protected: z.boolean().default(false),
  /** What it is able to carry. Default: what it was seen to carry in the last hour. */
  carries: z.array(category).optional(),
  /** The least that can be stopped there: a pause is never narrower. */
  narrowest: z.enum(['campaign', 'category', 'provider']).default('campaign'),
  /** Whom to call there when a pause does not stop it: a telephone number, an address. */
  contact: z.string().min(1).max(200).optional(),
  /** What else stops it, told after the gate is set and after it is cleared: actuators.ts. */
  actuators,
  hooks: z
    .undefined({ error: 'is called actuators: [{ kind: http, pause: { url: ... }, resume: { url: ... } }]' })
    .optional(),
});

const kafka = z.strictObject({
  brokers: z.array(z.string().min(1)).min(1),
  topic: z.string().min(1).default('sms-events'),
  group: z.string().min(1).default('tocsin'),
  clientId: z.string().min(1).default('tocsin'),
  /** Where records that cannot be read go, with their origin in the headers. */
  deadLetterTopic: z.string().min(1).default('sms-events-dead'),
  /** true for the system's authorities, or files. */
  tls: z
    .union([
      z.boolean(),
      z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() }),
    ])
    .default(false),
  /** User and password come from KAFKA_USERNAME and KAFKA_PASSWORD. */
  sasl: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  /** Where a partition never read begins. */
  from: z.enum(['earliest', 'latest']).default('earliest'),
  /** The most one fetch brings, per partition, in bytes. */
  maxBytesPerPartition: z.number().int().min(1024).default(1_048_576),
});

export const configSchema = z.strictObject({
  /** learning warns and decides nothing; dry-run says what it would pause; armed pauses. Changed at run time: mode.ts. */
  mode: z.enum(MODES).default('dry-run'),
  /** Embedded state: snapshot, outbox, incidents, gate, dead letters. */
  dataDir: z.string().min(1).default('./tocsin-data'),
  log: z
    .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info') })
    .prefault({}),
  /** Providers by name. One that is not here is watched all the same, with the defaults. */
  providers: z.record(name, provider).default({}),
  /** Campaigns by name. */
  campaigns: z
    .record(
      name,
      z.strictObject({
        category: category.default('marketing'),
        /** Never paused by policy. */
        protected: z.boolean().default(false),
      }),
    )
    .default({}),
  intake: z
    .strictObject({
      /** How records become events. auto: tocsin's own event, bare or in a CloudEvents envelope, else a known provider's. */
      preset: z.enum(['auto', 'tocsin', 'twilio-event-streams', 'aws-end-user-messaging']).default('auto'),
      /** Absent: no Kafka. */
      kafka: kafka.optional(),
      /** NDJSON files (.gz too), "-" for standard input. */
      files: z.array(z.string().min(1)).default([]),
      /** POST /v1/events on the live server. */
      http: z
        .strictObject({
          enabled: z.boolean().default(true),
          /** The largest body, in bytes. */
          maxBody: z.number().int().min(1024).default(4_194_304),
        })
        .prefault({}),
      /** The longest record, in bytes; a longer one is a dead letter. */
      maxRecord: z.number().int().min(256).default(262_144),
      /** An event dated further ahead of the clock than this is a dead letter: one bad date must not move time. */
      maxAhead: lengthOf('5m'),
    })
    .prefault({}),
  /** Absent: everything lives in the process and in dataDir. The password comes from REDIS_PASSWORD or the URL in REDIS_URL. */
  redis: z
    .strictObject({
      /** One server. */
      url: z.string().optional(),
      /** Or the nodes of a Redis Cluster, "host:port". */
      cluster: z.array(z.string()).optional(),
      /** Before every key. */
      prefix: z.string().min(1).max(50).default('tocsin'),
    })
    .optional(),
  windows: z
    .strictObject({
      /** How far behind the newest event the watermark stays, for events out of order. */
      lateness: lengthOf('2s'),
      /** How often the embedded windows are written to disk. */
      snapshotEvery: lengthOf('10s'),
    })
    .prefault({}),
  detect: z
    .strictObject({
      /** How often the newest seconds are looked at. */
      every: lengthOf('100ms'),
      /** Whose hours, weekdays and holidays the traffic follows: an IANA time zone. */
      zone: zone.default('Europe/Paris'),
      burst: z
        .strictObject({
          /** False alarms allowed a year over everything watched; the threshold follows from it. */
          falseAlarmsPerYear: z.number().positive().default(1),
          /** Variance over mean of ordinary counts, to begin with; 1 is Poisson, real SMS traffic varies more. */
          dispersion: z.number().min(1).default(3),
          /** Below this much history a series is said to be still learning. Its hours are known from a week on. */
          learning: lengthOf('14d'),
          /** Messages a second that surprise nobody in a series without a past. */
          priorRate: z.number().positive().default(1),
          /** Smaller bursts than this many messages are never called. */
          minimum: z.number().int().min(1).default(10),
        })
        .prefault({}),
      repeats: z
        .strictObject({
          /** Messages to one person within a tally (10 to 20 min) that are too many. */
          each: z.number().int().min(2).default(3),
          /** How many such people before it is strong evidence. */
          people: z.number().int().min(1).default(3),
          /** Messages for one distinct recipient that are too many, over the last minutes. */
          ratio: z.number().min(1.05).default(1.5),
          /** Fewer messages than this prove nothing about the ratio. */
          minimum: z.number().int().min(2).default(20),
          /** Transactional messages and codes: how often one person may get the same text in 10 to 20 min. */
          sameText: z.number().int().min(2).default(5),
          /** Too far apart for minutes to show it: the hours in which a person is reached, each counted once. */
          slow: z
            .strictObject({
              /** More than this for one distinct recipient are too many within six hours: two campaigns of a chain. */
              sixHours: z.number().min(1.05).default(2),
              /** And within a day. */
              day: z.number().min(1.05).default(3),
              /** Fewer than this, over all people, prove nothing: seed lists and test phones. */
              minimum: z.number().int().min(2).default(100),
            })
            .prefault({}),
        })
        .prefault({}),
      content: z
        .strictObject({
          /** This many messages a minute with a text that is wrong (unfilled, blank, garbled) are tolerated. */
          tolerated: z.number().int().min(0).default(5),
          /** Fewer messages in 10 to 20 min with a text or a link never used prove nothing. */
          minimum: z.number().int().min(1).default(20),
          /** The part of a provider's marketing, or of a campaign, that such texts must be. */
          share: z.number().min(0).max(1).default(0.5),
        })
        .prefault({}),
      quietHours: z
        .strictObject({
          /**
           * When a category may be sent, by country (FR) or part of one (US-TX), in the recipient's local time; what is
           * not named is forbidden: `FR: { marketing: { mon-sat: 08:00-20:00, holidays: false } }`. Put over the
           * presets (events/quiet-presets.ts), which have marketing alone; `anytime` takes one away.
           */
          rules: rulesSchema.default({}),
          /** For short codes and numbers of no known country. Its country's rule is also that of countries without. */
          fallback: place.default({ country: 'FR', zone: 'Europe/Paris' }),
          /** Numbers told apart by how they begin: `"+33": { country: FR, region: "67", zone: Europe/Paris }`. */
          places: z
            .record(prefix, place, { error: 'must be by the beginnings of numbers, in quotes: "+33388"' })
            .default({}),
          /** This many in a minute are tolerated. */
          tolerated: z.number().int().min(0).default(5),
          /** And this many of those that were submitted in time: queues empty a little late. */
          toleratedLate: z.number().int().min(0).default(100),
        })
        .prefault({}),
      orders: z
        .strictObject({
          /** Fewer messages than this that nobody asked for, within an hour, are never called. */
          minimum: z.number().int().min(1).default(20),
          campaigns: z
            .strictObject({
              /** What may be sent of a campaign beyond what was submitted of it, as a share of that. */
              tolerated: z.number().min(0).default(0.02),
              /** Beyond this share and this many messages it is strong, where ledgers have shown to be right. */
              share: z.number().min(0).default(0.2),
              messages: z.number().int().min(1).default(500),
            })
            .prefault({}),
          usage: z
            .strictObject({
              /** What may be billed beyond what was sent and submitted, as a share of it. */
              tolerated: z.number().min(0).default(0.02),
              /** Beyond this share and this many messages too many it is strong. */
              share: z.number().min(0).default(0.2),
              messages: z.number().int().min(1).default(500),
            })
            .prefault({}),
        })
        .prefault({}),
      stop: z
        .strictObject({
          /** Answers that opt out besides the keywords of the usual languages (src/events/stop-words.ts). */
          words: z.array(name).default([]),
          /**
           * Answers that opt in again besides START, UNSTOP and their like. `oui` and `yes` are not among those: people
           * confirm appointments with them. Name them where they are asked for nothing else.
           */
          startWords: z.array(name).default([]),
          /** How long after an opt-out marketing may still arrive: what was on its way. */
          grace: lengthOf('5m'),
          /** How long after they asked somebody must have been taken off. The law says at once; systems work in batches. */
          limit: lengthOf('1h'),
          /** This many in an hour are tolerated: sent after an opt-out, asked for and not recorded. */
          tolerated: z.number().int().min(0).default(5),
          /** Codes whose answers never come through the stream: that nothing is received there proves nothing. */
          codesElsewhere: z.array(name).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  probe: z
    .strictObject({
      /** Absent: no probe. The daemon and `tocsin probe stop` need the same. */
      stop: stopProbe.optional(),
    })
    .prefault({}),
  incidents: z
    .strictObject({
      /** An incident without findings for this long is resolved. */
      resolveAfter: lengthOf('15m'),
      /**
       * What is seen again so soon after its end is the same incident, in the same thread; no longer than a day. One
       * that came back three times in an hour is held open for as long before it is resolved again.
       */
      reopenWithin: lengthOf('30m').refine((within) => within <= 86_400_000, 'must be a day at most'),
    })
    .prefault({}),
  respond: z
    .strictObject({
      /**
       * The policy: a provider is paused when every sign of one line has strong evidence on it within `within`.
       * `because` is for people. Each sign alone is innocent (a sale day bursts, a loop of tests repeats, a queue empties
       * late, an order goes astray), two at once hardly are; the table by default: pause-when.ts.
       */
      pauseWhen: z
        .array(z.strictObject({ signs: z.array(detector).min(1), because: z.string().max(300).default('') }))
        .default([...PAUSE_WHEN]),
      within: lengthOf('5m'),
      /** Nothing is paused on findings older than this. */
      freshness: lengthOf('30s'),
      /** No more pauses than this in an hour; the rest is left to people, and said. */
      maxPausesPerHour: z.number().int().min(0).default(3),
      pause: z
        .strictObject({
          /** How long a pause lasts; doubled when it had to be made again within a day, up to `longest`. */
          for: lengthOf('4h'),
          longest: lengthOf('2d'),
          /** What happens then: it stays until a person ends it, a trickle is let through and judged, or it is lifted. */
          atEnd: z.enum(['stay', 'probe', 'resume']).default('stay'),
          probe: z
            .strictObject({
              /** Messages a minute that a trickle lets through, and how long it is judged. */
              trickle: z.number().int().min(1).default(6),
              lasts: lengthOf('10m'),
            })
            .prefault({}),
          /** Whether what was paused for messages in forbidden hours may be let through again by itself. */
          endNights: z.boolean().default(false),
        })
        .prefault({}),
      /** Whether a pause bites is seen by the stream itself. */
      bite: z
        .strictObject({
          /** What was on its way may still come for so long. */
          grace: lengthOf('30s'),
          /** Sending that goes on at less than this share of the pace before is that of stragglers. */
          share: z.number().min(0).max(1).default(0.1),
        })
        .prefault({}),
      /** Nothing is paused on fewer messages than this. */
      evidence: z.number().int().min(1).default(6),
      /** Nothing is paused before the stream has been watched for so long: after a start, or when the state was lost. */
      settle: lengthOf('1m'),
      /** Of these the last provider that can carry them is never paused as a whole. */
      keepOneFor: z.array(category).default(['otp', 'transactional']),
      /**
       * A compacted topic on intake.kafka's brokers, made when it is missing, with what is paused: one record a target,
       * its value the pause as JSON, null once it is resumed. For senders that would rather read Kafka than Redis.
       */
      controlTopic: z.string().min(1).optional(),
    })
    .prefault({}),
  notify: z
    .strictObject({
      /** Absent: alerts are logged. The token comes from SLACK_BOT_TOKEN. */
      slack: z
        .strictObject({
          channel: z.string().min(1),
          /** Another address than Slack's own, for tests and proxies. */
          apiUrl: z.string().default('https://slack.com/api/'),
          /** An incident's message is edited at most this often. */
          editEvery: lengthOf('5s'),
          /**
           * Who may press the buttons, by Slack's ids of users; none: no buttons. Needs SLACK_SIGNING_SECRET, and the
           * app's interactivity address in Slack set to https://…/v1/slack/interactions.
           */
          operators: z
            .array(z.string().regex(/^[UW][A-Z0-9]+$/, 'must be the id of a Slack user, such as U024BE7LH'))
            .default([]),
          /** Pictures of the rate in the thread, when an incident opens and when it is over. Needs the scope files:write. */
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
      /** A storm: incidents beyond the first `above` that open within `within` are lines of one message. */
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
    })
    .prefault({}),
  live: z
    .strictObject({
      /** Beyond loopback, there must be a token. */
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(8787),
      /**
       * People's own tokens, one a line: name:viewer or operator:SHA-256; `tocsin token new` makes them. Mode 600; read at
       * the start. So that the journal says who gave an order.
       */
      tokensFile: z.string().min(1).optional(),
      /** Addresses or networks (10.0.0.0/8) of your own proxies: what they say in X-Forwarded-For is believed. */
      proxies: z
        .array(z.string().refine(isNetwork, 'must be an address or a network such as 10.0.0.0/8'))
        .default([]),
      /** How often watchers get changes. */
      every: lengthOf('250ms'),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export const defaultProvider: ProviderConfig = provider.parse({});
