/** Pauses that stand, tended second by second over a view of messages; orders are taken down, not carried out. */
import { beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms, second } from '../../src/events/event.ts';
import type { Intent } from '../../src/incidents/action.ts';
import type { Action, Incident, Verdict } from '../../src/incidents/incident.ts';
import type { Executor } from '../../src/respond/execute.ts';
import type { Pause } from '../../src/respond/gate/gate.ts';
import { createPauseSupervisor } from '../../src/respond/supervise.ts';
import { targetName } from '../../src/respond/target.ts';
import { seriesKey } from '../../src/windows/series.ts';
import { createView } from '../../src/windows/view.ts';
import { action, calm, incident, NIGHT, strong } from '../incidents/build.ts';

const PARTITION = 'kafka:events:0';
const ID = 'alpha-20261028T190004Z';

let now: number;
let pauses: Pause[];
let known: Incident;
let orders: string[];
let verdicts: Verdict[];
/** The incidents that were told of an action. */
let told: (string | null)[];

const pauseOf = (over: Partial<Pause> = {}): Pause => ({
  provider: 'alpha',
  category: 'marketing',
  reason: 'repeats by night',
  incident: ID,
  since: ms(NIGHT * 1000),
  by: 'policy',
  token: 1,
  until: null,
  atEnd: 'stay',
  trickle: null,
  ...over,
});

const note = (name: string, text: string, action: Action): Action => {
  orders.push(`${name} ${text}`);
  return action;
};
const done = (over: Partial<Intent>): Action =>
  action({ at: ms(now * 1000), incident: ID, reason: '', ...over });
const executor: Executor = {
  finish: async () => {},
  pause: async (order) => {
    pauses.push(pauseOf({ ...order, category: order.category, since: order.at, until: order.until ?? null }));
    return note('pause', `${targetName(order)}: ${order.reason}`, done({}));
  },
  resume: async (order) => {
    pauses = [];
    return note('resume', `${targetName(order)}: ${order.reason}`, done({ ...order, action: 'resume' }));
  },
  change: async (pause, { until, atEnd, trickle, reason }) => {
    pauses = [{ ...pause, until, atEnd, trickle }];
    return note('change', `trickle ${trickle}: ${reason}`, done({ action: 'change' }));
  },
};

/** Goes on for so many seconds, alpha sending `pace` marketing messages a second. */
const live = async (tending: Tending, seconds: number, pace: number): Promise<void> => {
  for (const end = now + seconds; now < end; ) {
    now += 1;
    const counts = new Map([
      [seriesKey({ metric: 'sent', provider: 'alpha' }), pace],
      [seriesKey({ metric: 'sent', provider: 'alpha', category: 'marketing' }), pace],
      [seriesKey({ metric: 'sent', provider: 'beta' }), 1],
    ]);
    tending.view.update({
      counts: new Map([[second(now), counts]]),
      distinct: new Map(),
      tallies: new Map(),
      announced: new Map(),
      samples: new Map(),
      partitions: [{ partition: PARTITION, next: now, watermark: ms(now * 1000), countedAt: ms(0) }],
      cursor: {},
    });
    await tending.tend();
  }
};

const tendingWith = (config: Record<string, unknown> = {}, over: Partial<typeof calm> = {}) => {
  const view = createView();
  const tend = createPauseSupervisor({
    config: configSchema.parse({ mode: 'armed', ...config }),
    view,
    pauses: () => pauses,
    incidents: () => [known],
    actions: async () => [],
    context: () => ({ ...calm, active: pauses, ...over }),
    executor,
    verify: async (_incident, verdict) => {
      verdicts.push(verdict);
    },
    told: async ({ refused, incident: about }) => {
      told.push(about);
      if (refused !== undefined) orders.push(`refused: ${refused}`);
    },
    clock: () => ms(now * 1000),
  });
  return { view, tend };
};
type Tending = ReturnType<typeof tendingWith>;

beforeEach(() => {
  now = NIGHT - 400;
  [pauses, orders, verdicts, told] = [[], [], [], []];
  known = incident({ findings: [{ firstAt: ms(NIGHT * 1000), latest: strong(NIGHT, 'repeats') }] });
});

describe('a pause that bites', () => {
  test('is told once the stream has been quiet for a minute, and nothing is ordered', async () => {
    const tending = tendingWith();
    await live(tending, 400, 5);
    pauses = [pauseOf()];
    await live(tending, 120, 0);
    expect(verdicts[0]).toMatchObject({ bites: true });
    expect((verdicts[0]?.at ?? 0) / 1000 - NIGHT).toBeLessThanOrEqual(30 + 60 + 4);
    expect(orders).toEqual([]);
  });
});

describe('a pause that does not bite', () => {
  const leaking = async (tending: Tending, seconds = 120) => {
    await live(tending, 400, 5);
    pauses = [pauseOf()];
    await live(tending, seconds, 5);
  };

  test('is made wider within seconds after the grace, and people are told whom to call', async () => {
    const tending = tendingWith({ providers: { alpha: { contact: 'the night desk' } } });
    await leaking(tending, 33);
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]?.bites).toBe(false);
    expect(verdicts[0]?.says).toMatch(/^the pause does NOT bite: .*; call the night desk$/);
    expect(orders).toEqual(['pause alpha: the pause of marketing through alpha does not bite']);
  });

  test('is told again only when twice as many have come', async () => {
    const tending = tendingWith();
    await leaking(tending, 30 + 80);
    const counts = verdicts.map(({ says }) => Number(/(\d+) messages/.exec(says)?.[1]));
    expect(counts.length).toBeLessThan(10);
    expect(orders.filter((order) => order.startsWith('pause'))).toHaveLength(1);
  });

  test('is not made wider when nobody else could carry codes: it is said', async () => {
    const tending = tendingWith({}, { carriers: new Map([['otp', ['alpha']]]) });
    await leaking(tending, 33);
    expect(orders).toEqual([expect.stringMatching(/^refused: nobody else is left who can carry otp/)]);
  });

  test('is not made wider while hands are off', async () => {
    const tending = tendingWith({}, { handsOff: () => 'a migration' });
    await leaking(tending, 33);
    expect(orders).toEqual(['refused: hands off: a migration']);
  });
});

describe('a pause whose time is over', () => {
  const from = (over: Partial<Pause>) => {
    pauses = [pauseOf({ until: ms((now + 10) * 1000), ...over })];
  };

  test('is probed, and ends when the trickle is ordinary', async () => {
    const tending = tendingWith();
    now = NIGHT;
    from({ atEnd: 'probe' });
    await live(tending, 10 + 600 + 1, 0);
    expect(orders).toEqual([
      'change trickle 6: its time is over: marketing through alpha is probed',
      'resume marketing through alpha: the trickle of marketing through alpha was ordinary',
    ]);
  });

  test('ends for the incident that its provider has, whoever made it', async () => {
    const tending = tendingWith();
    now = NIGHT;
    from({ atEnd: 'resume', by: 'ana', incident: null });
    await live(tending, 11, 0);
    expect([orders, told]).toEqual([['resume marketing through alpha: its time is over'], [ID]]);
  });

  test('is whole again when the trickle is as bad', async () => {
    const tending = tendingWith();
    now = NIGHT;
    from({ atEnd: 'probe' });
    await live(tending, 60, 0);
    const worse = strong(now, 'repeats');
    known = { ...known, findings: [{ firstAt: ms(now * 1000), latest: worse }] };
    await live(tending, 2, 0);
    expect(orders.at(-1)).toBe('change trickle null: the trickle was as bad: repeats of 100');
    expect(pauses[0]).toMatchObject({ trickle: null, until: ms((now - 1) * 1000 + 4 * 3_600_000) });
  });

  test('stays, and says so once', async () => {
    const tending = tendingWith();
    now = NIGHT;
    from({ atEnd: 'stay' });
    await live(tending, 30, 0);
    expect(orders).toEqual([
      'change trickle null: the time of this pause is over; marketing through alpha stays paused',
    ]);
  });
});
