/** The detectors' settings: every key, its default, its unit, and why one would change it. */
import { z } from 'zod';
import { countrySchema, rulesSchema } from '../quiet-hours/rules.ts';
import { lengthOf } from './length.ts';
import { name, zone } from './words.ts';

/** Where people live: a country, its clock, and the part of the country when that has holidays or rules of its own. */
const place = z.strictObject({ country: countrySchema, zone, region: z.string().optional() });
const prefix = z.string().regex(/^\+[1-9]\d{0,14}$/);

export const detect = z
  .strictObject({
    /** How often the newest seconds are looked at. */
    every: lengthOf('100ms'),
    /** The IANA time zone whose hours, weekdays and holidays the traffic follows. */
    zone: zone.default('Europe/Paris'),
    burst: z
      .strictObject({
        /** The false alarms allowed a year over everything watched, from which the threshold follows. */
        falseAlarmsPerYear: z.number().positive().default(1),
        /** The variance over the mean of counts until it is learned; 1 is Poisson, and real SMS traffic varies more. */
        dispersion: z.number().min(1).default(3),
        /** The history below which a series is said to be still learning, though its hours are known from a week on. */
        learning: lengthOf('14d'),
        /** The messages a second that surprise nobody in a series without a past. */
        priorRate: z.number().positive().default(1),
        /** The fewest messages that are ever called a burst. */
        minimum: z.number().int().min(1).default(10),
      })
      .prefault({}),
    repeats: z
      .strictObject({
        /** The messages to one person within a tally (10 to 20 min) that are too many. */
        each: z.number().int().min(2).default(3),
        /** The number of people who got too many from which the evidence is strong. */
        people: z.number().int().min(1).default(3),
        /** The messages for each distinct recipient, over the last minutes, that are too many. */
        ratio: z.number().min(1.05).default(1.5),
        /** The messages below which the ratio proves nothing. */
        minimum: z.number().int().min(2).default(20),
        /** How often one person may get the same transactional text or code within 10 to 20 min. */
        sameText: z.number().int().min(2).default(5),
        /** Repeats too far apart for minutes to show: in how many hours a person is reached, each hour counted once. */
        slow: z
          .strictObject({
            /** The most such hours for each distinct recipient within six hours: two campaigns of a chain reach it. */
            sixHours: z.number().min(1.05).default(2),
            /** The most such hours for each distinct recipient within a day. */
            day: z.number().min(1.05).default(3),
            /** The messages over all people below which nothing is proved: seed lists and test phones are as many. */
            minimum: z.number().int().min(2).default(100),
          })
          .prefault({}),
      })
      .prefault({}),
    content: z
      .strictObject({
        /** The messages a minute with a wrong text (unfilled, blank, garbled) that are tolerated. */
        tolerated: z.number().int().min(0).default(5),
        /** The messages with a new text or link, in 10 to 20 min, below which they prove nothing. */
        minimum: z.number().int().min(1).default(20),
        /** The part of a provider's marketing, or of a campaign, that new texts must be to be called, 0 to 1. */
        share: z.number().min(0).max(1).default(0.5),
      })
      .prefault({}),
    quietHours: z
      .strictObject({
        /**
         * When a category may be sent, by country (FR) or part of one (US-TX), in the recipient's local time; what is
         * not named is forbidden: `FR: { marketing: { mon-sat: 08:00-20:00, holidays: false } }`. Put over the
         * presets (quiet-hours/presets.ts), which have marketing alone; `anytime` takes one away.
         */
        rules: rulesSchema.default({}),
        /** Where short codes and numbers of no known country are judged; its country's rule holds in those without one. */
        fallback: place.default({ country: 'FR', zone: 'Europe/Paris' }),
        /** Places by how numbers begin: `"+33388": { country: FR, region: "67", zone: Europe/Paris }`. */
        places: z
          .record(prefix, place, { error: 'must be by the beginnings of numbers, in quotes: "+33388"' })
          .default({}),
        /** The messages a minute in forbidden hours that are tolerated. */
        tolerated: z.number().int().min(0).default(5),
        /** The messages a minute tolerated of those submitted in time, since queues empty a little late. */
        toleratedLate: z.number().int().min(0).default(100),
      })
      .prefault({}),
    orders: z
      .strictObject({
        /** The messages within an hour that nobody asked for, below which they are never called. */
        minimum: z.number().int().min(1).default(20),
        campaigns: z
          .strictObject({
            /** What may be sent of a campaign beyond what was submitted of it, as a share of the latter. */
            tolerated: z.number().min(0).default(0.02),
            /** The excess that is strong evidence once ledgers have proved right: beyond this share and `messages`. */
            share: z.number().min(0).default(0.2),
            messages: z.number().int().min(1).default(500),
          })
          .prefault({}),
        usage: z
          .strictObject({
            /** What may be billed beyond what was sent and submitted, as a share of the latter. */
            tolerated: z.number().min(0).default(0.02),
            /** The excess that is strong evidence: beyond this share and `messages`. */
            share: z.number().min(0).default(0.2),
            messages: z.number().int().min(1).default(500),
          })
          .prefault({}),
      })
      .prefault({}),
    stop: z
      .strictObject({
        /** Answers that opt out besides the keywords of the usual languages (src/events/text/stop-words.ts). */
        words: z.array(name).default([]),
        /**
         * Answers that opt in again besides START, UNSTOP and their like. `oui` and `yes` are not among those: people
         * confirm appointments with them. Name them where they are asked for nothing else.
         */
        startWords: z.array(name).default([]),
        /** How long after an opt-out marketing may still arrive, since it was on its way. */
        grace: lengthOf('5m'),
        /** How soon after asking people must be off the base: the law says at once, systems work in batches. */
        limit: lengthOf('1h'),
        /** The messages after an opt-out, and the opt-outs not recorded, that are tolerated in an hour. */
        tolerated: z.number().int().min(0).default(5),
        /** Codes whose answers never come through the stream, so that silence there proves nothing. */
        codesElsewhere: z.array(name).default([]),
      })
      .prefault({}),
  })
  .prefault({});
