/** Who may be sent marketing now: what a chain that behaves asks itself before each message. */
import { createLocalTime } from './local-time.ts';
import type { Home, People } from './people.ts';

/** Marketing's local hours, narrower than the law since the last messages of a queue must be out in time, too. */
const FROM_HOUR = 8.5;
const TO_HOUR = 19.4;
const MOST_A_DAY = 2;

export interface SimulatedConsent {
  /** Whether a person, by index, may be sent a message at `at` (ms); if so, it is counted as sent. */
  take(index: number, at: number): boolean;
  /** Notes that a person takes no marketing any more. */
  withdraw(index: number): void;
}

/** The consent of everybody, each by the clock and the holidays of where they live. */
export const createConsent = (people: People): SimulatedConsent => {
  const times = {
    metropole: createLocalTime('Europe/Paris'),
    reunion: createLocalTime('Indian/Reunion', 'RE'),
    guadeloupe: createLocalTime('America/Guadeloupe', 'GP'),
  } satisfies Record<Home, unknown>;
  const sentToday = new Uint8Array(people.size);
  const withdrawn = new Uint8Array(people.size);
  let today = Number.NaN;

  const isAllowedThere = (index: number, at: number): boolean => {
    const time = times[people.home(index)];
    const hour = time.hour(at);
    return hour >= FROM_HOUR && hour < TO_HOUR && time.isWorkday(at);
  };

  return {
    take: (index, at) => {
      const day = times.metropole.day(at);
      if (day !== today) {
        today = day;
        sentToday.fill(0);
      }
      const count = sentToday[index] ?? 0;
      // A phone that two people share gets one person's marketing only.
      if (people.shares(index) || withdrawn[index] === 1 || count >= MOST_A_DAY) return false;
      if (!isAllowedThere(index, at)) return false;
      sentToday[index] = count + 1;
      return true;
    },
    withdraw: (index) => {
      withdrawn[index] = 1;
    },
  };
};
