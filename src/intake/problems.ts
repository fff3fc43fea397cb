/** What keeps a source from reading: said in the log when it begins and when it ends, and listed meanwhile. */
import type { Logger } from 'pino';

/** How long something that is over and cannot be mended stays on the list, in ms. */
const REMEMBERED = 3_600_000;

/**
 * kafka: it does not answer. store: what is read cannot be stored. log: a partition is shorter than what was counted of
 * it, or another one. lost: records were deleted unread. group: a partition changes hands.
 */
export type About = 'kafka' | 'store' | 'log' | 'lost' | 'group';

export interface IntakeProblem {
  readonly about: About;
  readonly text: string;
}

export interface Problems {
  /** Listed, not logged: what is true of every start. */
  expect(key: string, text: string): void;
  /** Logged only when `key` had no problem, or another one. The key's first word says what it is about. */
  raise(key: string, text: string, error?: unknown): void;
  /** Like `raise`, for what is done and cannot be undone: leaves the list by itself after an hour. */
  recall(key: string, text: string): void;
  clear(key: string): void;
  list(): string[];
  /** The same, each with what it is about. */
  found(): IntakeProblem[];
}

const ABOUT: Readonly<Record<string, About>> = {
  reading: 'kafka',
  lag: 'kafka',
  store: 'store',
  ahead: 'log',
  another: 'log',
  lost: 'lost',
  fenced: 'group',
};

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
