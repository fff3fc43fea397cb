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
         * presets (quiet-hours/presets.ts), which have marketing alone; `anytime` takes one away.
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
        /** Answers that opt out besides the keywords of the usual languages (src/events/text/stop-words.ts). */
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
  .prefault({});
