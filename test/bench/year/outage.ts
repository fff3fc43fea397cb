/** One afternoon on which alpha sends nothing for over an hour, and then what has piled up within a quarter. */
import { createRandom, type Random } from '../../../src/simulate/random.ts';
import { type Calendar, isWeekday } from './calendar.ts';
import type { Channel } from './mail.ts';

const PROVIDER = 'alpha';
/** Local hours: 14:10 to 15:25, caught up by 15:40. */
const DOWN = 14 + 10 / 60;
const UP = 15 + 25 / 60;
const CAUGHT_UP_MINUTES = 15;

/** The local day of it: an ordinary one between Monday and Friday, after three months at least. */
export const outageDay = (seed: string, calendar: Calendar): number => {
  let day = calendar.firstDay + 90 + createRandom(seed).fork('outage').below(180);
  while (!isWeekday(day) || !calendar.isPlain(day)) day++;
  return day;
};

/** All times in epoch seconds. */
export interface Outage {
  /** Keeps the message for later when the provider is down. */
  holds(channel: Channel, at: number): boolean;
  /** What is sent in one minute of what was held, first in first out. */
  catchUp(minute: number, send: (channel: Channel, at: number) => void): void;
}

export const createOutage = (seed: string, calendar: Calendar, random: Random): Outage => {
  const day = outageDay(seed, calendar);
  const down = Math.round(calendar.paris.instant(day, DOWN) / 1000);
  const up = Math.round(calendar.paris.instant(day, UP) / 1000);
  const queue: Channel[] = [];
  return {
    holds: (channel, at) => {
      if (at < down || at >= up || channel.provider !== PROVIDER) return false;
      queue.push(channel);
      return true;
    },
    catchUp: (minute, send) => {
      if (minute < up || queue.length === 0) return;
      const left = Math.max(1, CAUGHT_UP_MINUTES - (minute - up) / 60);
      const due = queue.splice(0, Math.ceil(queue.length / left));
      for (const channel of due) send(channel, minute + 60 * random.unit());
    },
  };
};
