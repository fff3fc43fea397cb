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

export interface LineParts {
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
}

export const createLine = (parts: LineParts): Carry => {
  const { time, machine, weather } = parts;
  const line = { arrival: 0, answerAt: 0 };
  return (what, call) =>
    new Promise((resolve, reject) => {
      if (parts.strike(machine, what) === 'before') return;
      const sent = time.now();
      const way = parts.isNear && !weather.at(sent) ? 0 : wayAt(parts, sent);
      line.arrival = Math.max(line.arrival, sent + way);
      const take = () => arrive(parts, line, { what, call, sent, resolve, reject });
      if (line.arrival === sent) take();
      else time.after(line.arrival - sent, take);
    });
};

/** When the last request of a line arrives, and when the last answer comes back. */
interface Line {
  arrival: number;
  answerAt: number;
}

interface Travelling {
  readonly what: string;
  readonly call: () => Promise<unknown>;
  readonly sent: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How long one way takes, in ms. */
const wayAt = ({ random, weather, usual }: LineParts, at: number): number =>
  weather.at(at)?.mood === 'slow' ? 50 + random.below(900) : random.logNormal(usual, 0.5);

/** The request is at the server, which takes it or not. */
const arrive = (parts: LineParts, line: Line, one: Travelling): void => {
  const { time, random, weather } = parts;
  const { call, sent, resolve, reject } = one;
  const now = time.now();
  const spell = weather.at(now);
  const fail = (at: number) => failAt(parts, one, at);
  if (spell?.mood === 'cut') fail(now + random.below(2_000));
  else if (spell?.mood === 'lossy' && random.chance(LOST)) fail(sent + GIVEN_UP);
  else if (spell?.mood === 'limited')
    answer(parts, line, one, () => reject(new Limited(Math.ceil((spell.until - now) / 1_000))));
  else if (spell?.mood === 'hole') {
    fail(sent + GIVEN_UP);
    // It waits in a buffer on the way until that is over, or it is lost.
    if (random.chance(0.5)) return;
    line.arrival = Math.max(line.arrival, spell.until + random.below(100));
    time.after(line.arrival - now, () => void call().catch(() => undefined));
  } else
    call().then(
      (value) => answer(parts, line, one, () => resolve(value)),
      (error: unknown) => answer(parts, line, one, () => reject(error)),
    );
};

/** The answer is on its way back; lost, it is missed only when the call is given up, or the connection is seen to be cut. */
const answer = (parts: LineParts, line: Line, one: Travelling, settle: () => void): void => {
  const { time, machine, random, weather } = parts;
  const now = time.now();
  line.answerAt = Math.max(line.answerAt, now + wayAt(parts, now));
  const { answerAt } = line;
  const mood = weather.at(answerAt)?.mood;
  if (mood === 'cut' || mood === 'hole' || (mood === 'lossy' && random.chance(LOST)))
    failAt(parts, one, Math.max(answerAt, Math.min(one.sent + GIVEN_UP, answerAt + random.below(GIVEN_UP))));
  else machine.timers.after(answerAt - now, settle);
};

const failAt = ({ time, machine }: LineParts, { what, reject }: Travelling, at: number): void => {
  machine.timers.after(at - time.now(), () => reject(new Unanswered(`${what} has no answer`)));
};
