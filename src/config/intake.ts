/** Where events come from, and how records become events. */
import { z } from 'zod';
import { isNumberedCountry } from '../events/national-numbers.ts';
import { lengthOf } from './length.ts';
import { mapping, withoutZone } from './mapping.ts';
import { zone } from './words.ts';

const kafka = z.strictObject({
  brokers: z.array(z.string().min(1)).min(1),
  topic: z.string().min(1).default('sms-events'),
  group: z.string().min(1).default('tocsin'),
  clientId: z.string().min(1).default('tocsin'),
  /** Where records that cannot be read go, with their origin in the headers. */
  deadLetterTopic: z.string().min(1).default('sms-events-dead'),
  /** Whether to use TLS: true trusts the system's authorities, paths of files name one's own. */
  tls: z
    .union([
      z.boolean(),
      z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() }),
    ])
    .default(false),
  /** The SASL mechanism, for which user and password come from KAFKA_USERNAME and KAFKA_PASSWORD. */
  sasl: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  /** Where reading begins in a partition that was never read. */
  from: z.enum(['earliest', 'latest']).default('earliest'),
  /** The most bytes that one fetch brings of a partition. */
  maxBytesPerPartition: z.number().int().min(1024).default(1_048_576),
});

export const intake = z
  .strictObject({
    /** How records become events; auto takes tocsin's own, bare or in a CloudEvents envelope, and known providers'. */
    preset: z.enum(['auto', 'tocsin', 'twilio-event-streams', 'aws-end-user-messaging']).default('auto'),
    /** Where the clocks stand that dates without an offset were read from, as Europe/Paris; without it they are refused. */
    zone: zone.optional(),
    /** The country whose people wrote the numbers that lack a plus sign, as FR; without it they are of no known country. */
    country: z.string().refine(isNumberedCountry, 'must be an ISO 3166 code such as FR').optional(),
    /** Where records of one's own have what, and in which words: mapping.ts; `tocsin check --sample FILE` tries it. */
    mapping,
    /** The Kafka topic to read; without it none is read. */
    kafka: kafka.optional(),
    /** The NDJSON files to read (.gz too), "-" for standard input. */
    files: z.array(z.string().min(1)).default([]),
    /** Whether and how POST /v1/events on the live server takes events. */
    http: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** The largest body taken, in bytes; a larger one is answered with 413. */
        maxBody: z.number().int().min(1024).default(4_194_304),
      })
      .prefault({}),
    /** The longest record taken, in bytes; a longer one becomes a dead letter. */
    maxRecord: z.number().int().min(256).default(262_144),
    /** How far ahead of the clock an event may be dated before it is a dead letter: one bad date must not move time. */
    maxAhead: lengthOf('5m'),
  })
  .superRefine(({ mapping: mapped, preset, zone: common }, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (mapped && preset !== 'auto' && preset !== 'tocsin')
      issue(
        ['mapping'],
        `goes with preset auto or tocsin, since ${preset} is read as its provider writes it`,
      );
    if (common !== undefined) return;
    for (const field of withoutZone(mapped))
      issue(['mapping', field], 'dates in this format have no offset: set zone here, or intake.zone');
  })
  .prefault({});
