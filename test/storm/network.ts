/**
 * The network between a machine and a server. In: a port, and what may happen to a call of it. Out: the same port, each
 * call of which takes its time, and fails before or behind its effect as the server's weather has it. Requests of one
 * line arrive in the order in which they were sent, and so do answers, as on a connection; what was sent arrives though
 * its sender has died meanwhile.
 */
import type { Random } from '../../src/simulate/random.ts';
import type { Machine } from './machine.ts';
import type { Time } from './time.ts';
import type { Weather } from './weather.ts';

/** How a call is made: `what` names it, `call` makes it. */
export type Carry = (what: string, call: () => Promise<unknown>) => Promise<unknown>;

/** A port whose every method goes through `carry`; what is no method, or answers no promise, stays as it is. */
export const through = <P extends object>(name: string, port: P, carry: Carry): P =>
  Object.fromEntries(
    Object.entries(port).map(([method, own]) => [
      method,
      typeof own === 'function'
        ? (...given: unknown[]) => carry(`${name}.${method}`, async () => own(...given))
        : own,
    ]),
  ) as P;

/** A port of whose every call `note` is told when it has answered. */
export const noted = <P extends object>(
  port: P,
  note: (method: string, given: readonly unknown[], answer: unknown) => void,
): P =>
  Object.fromEntries(
    Object.entries(port).map(([method, own]) => [
      method,
      typeof own === 'function'
        ? async (...given: unknown[]) => {
            const answer = await own(...given);
            note(method, given, answer);
            return answer;
          }
        : own,
    ]),
  ) as P;

/** The server did not answer, or not in time. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}
/** The server asks to be left alone for so many seconds. */
export class Limited extends Error {
  override readonly name = 'Limited';
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super(`asks for ${retryAfter} s`);
    this.retryAfter = retryAfter;
  }
}

/** A call is given up after so long, in ms, as runtime/redis.ts does. */
const GIVEN_UP = 5_000;
/** How often a request, and as often an answer, is lost on a lossy line. */
const LOST = 0.15;

export const createLine = (parts: {
  readonly time: Time;
  readonly machine: Machine;
  readonly random: Random;
  readonly weather: Weather;
  /** How long one way takes as a rule, in ms. */
  readonly usual: number;
  /** Whether a request arrives at once in fair weather, and only its answer takes time. */
  readonly isNear: boolean;
  /** Called at each call: what befalls the machine at just this await, before or behind what it sends. */
  readonly strike: (machine: Machine, what: string) => 'before' | 'behind' | undefined;
}): Carry => {
  const { time, machine, random, weather, usual } = parts;
  let arrival = 0;
  let answerAt = 0;

  const way = (at: number): number =>
    weather.at(at)?.mood === 'slow' ? 50 + random.below(900) : random.logNormal(usual, 0.5);

  return (what, call) =>
    new Promise((resolve, reject) => {
      const sent = time.now();
      let isGivenUp = false;
      const fail = (at: number, why = `${what} has no answer`): void => {
        machine.timers.after(at - time.now(), () => {
          isGivenUp = true;
          reject(new Unanswered(why));
        });
      };
      const answer = (settle: () => void): void => {
        const now = time.now();
        answerAt = Math.max(answerAt, now + way(now));
        const spell = weather.at(answerAt);
        const isLost =
          spell?.mood === 'cut' || spell?.mood === 'hole' || (spell?.mood === 'lossy' && random.chance(LOST));
        if (isLost) {
          fail(Math.max(answerAt, Math.min(sent + GIVEN_UP, answerAt + random.below(GIVEN_UP))));
          return;
        }
        machine.timers.after(answerAt - now, () => {
          if (!isGivenUp) settle();
        });
      };
      /** What was sent into a hole waits in a buffer on the way until it is over, or it is lost. */
      const sink = (now: number, until: number): void => {
        fail(Math.max(now, sent + GIVEN_UP));
        if (random.chance(0.5)) return;
        arrival = Math.max(arrival, until + random.below(100));
        time.after(arrival - now, () => void call().catch(() => undefined));
      };
      const take = (): void => {
        const now = time.now();
        const spell = weather.at(now);
        if (spell?.mood === 'cut') fail(now + random.below(2_000), `${what} is refused`);
        else if (spell?.mood === 'hole') sink(now, spell.until);
        else if (spell?.mood === 'lossy' && random.chance(LOST)) fail(sent + GIVEN_UP);
        else if (spell?.mood === 'limited')
          answer(() => reject(new Limited(Math.ceil((spell.until - now) / 1_000))));
        else
          call().then(
            (value) => answer(() => resolve(value)),
            (error: unknown) => answer(() => reject(error)),
          );
      };
      if (parts.strike(machine, what) === 'before') return;
      arrival = Math.max(arrival, sent + (parts.isNear && !weather.at(sent) ? 0 : way(sent)));
      if (arrival === sent) take();
      else time.after(arrival - sent, take);
    });
};
