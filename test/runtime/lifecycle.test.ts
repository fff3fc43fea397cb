/** The stack of steps, on a clock that the test moves. */
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createLifecycle, STOP_LIMITS, type Step, starting } from '../../src/runtime/lifecycle.ts';

/** A lifecycle whose time passes only by `work`, and while everybody waits for a limit. */
const world = () => {
  let now = 0;
  let limits: Array<{ at: number; call: () => void }> = [];
  const lines: Array<{ step?: string; error?: string; msg: string }> = [];
  const done: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const lifecycle = createLifecycle({
    log,
    timers: {
      now: () => now,
      after: (length, call) => {
        const limit = { at: now + length, call };
        limits = [...limits, limit];
        return () => {
          limits = limits.filter((one) => one !== limit);
        };
      },
    },
  });
  const step = (name: string, more: Partial<Step> = {}): Step => ({
    name,
    stop: () => void done.push(name),
    otherwise: `${name} is left as it is`,
    ...more,
  });
  /** Stops; whenever nothing but a limit can end the wait, its time comes. */
  const stop = async () => {
    let names: readonly string[] | undefined;
    const stopping = lifecycle.stop().then((failed) => {
      names = failed;
    });
    while (names === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = limits;
      if (names !== undefined || !next) continue;
      limits = limits.filter((one) => one !== next);
      now = next.at;
      next.call();
    }
    await stopping;
    return names;
  };
  const passes = (time: number) => {
    now += time;
  };
  return { lifecycle, step, stop, passes, done, lines, at: () => now };
};

const never = () => new Promise<never>(() => {});
const fail = (message: string) => () => Promise.reject(new Error(message));

describe('stopping', () => {
  test('goes from the last step to the first, each once the one before it has ended', async () => {
    const { lifecycle, step, stop, done, lines } = world();
    lifecycle.push(step('stores'));
    lifecycle.push({
      ...step('server'),
      stop: async () => {
        done.push('server begins to stop');
        await Promise.resolve();
        done.push('server');
      },
    });
    lifecycle.push(step('intake'));
    expect(await stop()).toEqual([]);
    expect(done).toEqual(['intake', 'server begins to stop', 'server', 'stores']);
    expect(lines).toEqual([]);
  });

  test.each([
    ['rejects', fail('no space left')],
    [
      'throws',
      () => {
        throw new Error('no space left');
      },
    ],
  ])('a step that %s is told by its name with what that means, and the rest are stopped', async (_, stops) => {
    const { lifecycle, step, stop, done, lines } = world();
    lifecycle.push(step('stores'));
    lifecycle.push(step('checkpoint', { stop: stops, otherwise: () => 'the last 3 s are looked at again' }));
    lifecycle.push(step('intake'));
    expect(await stop()).toEqual(['checkpoint']);
    expect(done).toEqual(['intake', 'stores']);
    expect(lines).toMatchObject([
      {
        step: 'checkpoint',
        error: 'no space left',
        msg: 'stopping, checkpoint: no space left; the last 3 s are looked at again',
      },
    ]);
  });

  test('a step that hangs is left behind when its time is over, and told', async () => {
    const { lifecycle, step, stop, done, lines, at } = world();
    lifecycle.push(step('stores'));
    lifecycle.push(step('server', { stop: never, within: 700 }));
    lifecycle.push(step('intake', { stop: never }));
    expect(await stop()).toEqual(['intake', 'server']);
    expect(done).toEqual(['stores']);
    expect(at()).toBe(STOP_LIMITS.step + 700);
    expect(lines).toMatchObject([
      { step: 'intake', error: 'not done within 2 s' },
      { step: 'server', error: 'not done within 0.7 s' },
    ]);
  });

  test('a step that fails after its time is told once, and harms nobody', async () => {
    const { lifecycle, step, stop, lines } = world();
    let reject: (error: Error) => void = () => {};
    lifecycle.push(
      step('server', {
        stop: () =>
          new Promise((_, no) => {
            reject = no;
          }),
      }),
    );
    await stop();
    reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toHaveLength(1);
  });

  test('the whole ends in time though every step hangs, and each has had a moment', async () => {
    const { lifecycle, step, stop, lines, at } = world();
    for (let n = 1; n <= 12; n++) lifecycle.push(step(`step ${n}`, { stop: never, within: 5_000 }));
    expect(await stop()).toHaveLength(12);
    expect(at()).toBeLessThanOrEqual(STOP_LIMITS.whole);
    expect(lines.map(({ error }) => error)).toEqual([
      'not done within 5 s',
      'not done within 2 s',
      ...Array(10).fill('not done within 0.2 s'),
    ]);
  });

  test('steps that took long leave the others what is theirs', async () => {
    const { lifecycle, step, stop, passes, lines } = world();
    lifecycle.push(step('stores', { stop: never }));
    lifecycle.push(step('intake', { stop: () => passes(60_000) }));
    expect(await stop()).toEqual(['stores']);
    expect(lines).toMatchObject([{ error: 'not done within 0.2 s' }]);
  });

  test('asked for twice, it is done once', async () => {
    const { lifecycle, step, done } = world();
    lifecycle.push(step('stores'));
    const both = await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(both).toEqual([[], []]);
    expect(done).toEqual(['stores']);
  });
});

describe('a start that fails halfway', () => {
  test('stops what it had started, the last first, and fails with its own error', async () => {
    const { lifecycle, step, done, lines } = world();
    const begun = starting(lifecycle, async () => {
      lifecycle.push(step('stores', { stop: fail('Redis is gone as well') }));
      lifecycle.push(step('delivery'));
      lifecycle.push(step('server'));
      await fail('the port is taken')();
      lifecycle.push(step('intake'));
    });
    await expect(begun).rejects.toThrow('the port is taken');
    expect(done).toEqual(['server', 'delivery']);
    expect(lines).toMatchObject([{ step: 'stores', error: 'Redis is gone as well' }]);
  });

  test('that succeeds answers what was made, and stops nothing', async () => {
    const { lifecycle, step, done } = world();
    const made = await starting(lifecycle, async () => {
      lifecycle.push(step('stores'));
      return 'a daemon';
    });
    expect([made, done]).toEqual(['a daemon', []]);
  });
});
