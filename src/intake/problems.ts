/** What keeps a source from reading: said in the log when it begins and when it ends, and listed meanwhile. */
import type { Logger } from 'pino';
import { HOUR } from '../events/time.ts';

/** How long something that is over and cannot be mended stays on the list, in ms. */
const REMEMBERED = HOUR;

/**
 * What a problem is about. kafka: it does not answer. store: what is read cannot be stored. lag: records wait for too
 * long. log: a partition is shorter than what was counted of it, or is another one. lost: records were deleted unread.
 * group: a partition changes hands.
 */
export type About = 'kafka' | 'store' | 'lag' | 'log' | 'lost' | 'group';

export interface IntakeProblem {
  readonly about: About;
  readonly text: string;
}

export interface Problems {
  /** Lists a problem without logging it, since it is true of every start. */
  expect(key: string, text: string): void;
  /** Lists and logs a problem unless `key` has it already; the key's first word says what it is about. */
  raise(key: string, text: string, error?: unknown): void;
  /** Raises a problem that is done and cannot be undone; it leaves the list by itself after an hour. */
  recall(key: string, text: string): void;
  /** Takes a problem off the list, and logs that it is over. */
  clear(key: string): void;
  /** What is listed, in sentences. */
  list(): string[];
  /** What is listed, each with what it is about. */
  found(): IntakeProblem[];
}

/** What a problem is about, by the first word of its key. */
const ABOUT: Readonly<Record<string, About>> = {
  reading: 'kafka',
  lag: 'kafka',
  behind: 'lag',
  store: 'store',
  ahead: 'log',
  another: 'log',
  lost: 'lost',
  fenced: 'group',
};

/** An empty list of problems, of which `log` is told. */
export const createProblems = (log: Logger): Problems => {
  const open = new Map<string, string>();

  const raise = (key: string, text: string, error?: unknown) => {
    if (open.get(key) === text) return;
    open.set(key, text);
    log.error({ problem: key, err: error }, text);
  };

  return {
    expect: (key, text) => open.set(key, text),
    raise,
    recall: (key, text) => {
      raise(key, text);
      setTimeout(() => open.get(key) === text && open.delete(key), REMEMBERED).unref();
    },
    clear: (key) => {
      const text = open.get(key);
      if (text === undefined) return;
      open.delete(key);
      log.info({ problem: key }, `over: ${text}`);
    },
    list: () => [...open.values()],
    found: () =>
      [...open].map(([key, text]) => ({ about: ABOUT[key.split(' ', 1)[0] ?? ''] ?? 'kafka', text })),
  };
};
