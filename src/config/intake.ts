/** Where events come from, and how records become events. */
import { z } from 'zod';
import { lengthOf } from './length.ts';

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

export const intake = z
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
  .prefault({});
