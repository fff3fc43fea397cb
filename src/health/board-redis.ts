/**
 * The board in Redis. What an instance puts up carries a number that grows: whoever reads it knows by their own clock
 * that it is fresh, since the clocks may be what is wrong.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../events/event.ts';
import { answersOf, type RedisClient } from '../runtime/redis.ts';
import type { Symptom, ToldBlindness } from './blindness.ts';
import { type Board, symptomSchema, toldSchema } from './board.ts';

/** What an instance has put up counts for so long, in ms; without anything newer, that instance is gone. */
const GONE = 10_000;
/** What an instance has put up is deleted after so long without anything newer, in ms. */
const TAKEN_DOWN = 120_000;
/** The keys expire after so long without a write, in seconds. */
const KEPT = 300;
const TOLD_KEPT = 30 * 86_400;

const postSchema = z.strictObject({ turn: z.number().int(), symptoms: z.array(symptomSchema) });

interface Heard {
  readonly text: string;
  readonly at: number;
  readonly symptoms: readonly Symptom[];
}

export const createRedisBoard = (parts: { redis: RedisClient; prefix: string; clock: Clock }): Board => {
  const { redis, prefix, clock } = parts;
  const seen = `${prefix}:{blind}:seen`;
  const told = `${prefix}:{blind}:told`;
  const id = randomUUID();
  let turn = 0;
  let heard = new Map<string, Heard>();

  /** Takes in what the instances have put up. Answers those that have been silent for so long that theirs is deleted. */
  const hear = (posts: Readonly<Record<string, string>>, now: number): string[] => {
    heard = new Map(
      Object.entries(posts).map(([who, text]) => {
        const known = heard.get(who);
        return [who, known?.text === text ? known : { text, at: now, symptoms: symptomsIn(text) }];
      }),
    );
    return [...heard].flatMap(([who, { at }]) => (now - at > TAKEN_DOWN ? [who] : []));
  };

  return {
    share: async (own) => {
      turn += 1;
      const replies = await redis
        .multi()
        .hset(seen, id, JSON.stringify({ turn, symptoms: own }))
        .expire(seen, KEPT)
        .hgetall(seen)
        .exec();
      const posts = answersOf(replies).at(-1);
      const now = clock();
      const gone = hear(posts as Record<string, string>, now);
      if (gone.length > 0) await redis.hdel(seen, ...gone);
      return [...heard.values()].flatMap(({ at, symptoms }) => (now - at <= GONE ? symptoms : []));
    },
    told: async () => Object.values(await redis.hgetall(told)).flatMap((text) => toldIn(text)),
    noteTold: async (one) => {
      await redis.hset(told, fieldOf(one), JSON.stringify(one));
      await redis.expire(told, TOLD_KEPT);
    },
    forgetTold: async (one) => {
      await redis.hdel(told, fieldOf(one));
    },
  };
};

const fieldOf = ({ cause, provider }: ToldBlindness): string =>
  provider === undefined ? cause : `${cause} ${provider}`;

/** Another version of tocsin may know causes that this one does not. */
const symptomsIn = (text: string): readonly Symptom[] => {
  const post = postSchema.safeParse(JSON.parse(text));
  return post.success ? post.data.symptoms : [];
};
const toldIn = (text: string): ToldBlindness[] => {
  const one = toldSchema.safeParse(JSON.parse(text));
  return one.success ? [one.data] : [];
};
