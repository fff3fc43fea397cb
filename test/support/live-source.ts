/** A `LiveSource` that shows what a test tells it to, and remembers the orders it was given. */
import { configSchema } from '../../src/config/schema.ts';
import { ms, second } from '../../src/events/event.ts';
import type { Health } from '../../src/health/report.ts';
import { type Action, asDone, asRefused, type Refusal } from '../../src/incidents/action.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { FeedLine, LiveSource, LiveState, ProviderView, RatePoint } from '../../src/live/feed.ts';
import { explainPolicy } from '../../src/respond/explain.ts';
import type { OrderDetails } from '../../src/respond/manual.ts';
import { type Target, targetKey } from '../../src/respond/target.ts';
import { seriesKey } from '../../src/windows/series.ts';

export const NIGHT = Date.parse('2026-10-28T20:04:30+01:00');
const HEALTHY: Health = {
  problems: [],
  blind: [],
  warnings: [],
  namesBeyond: 0,
  tooLate: [{ provider: 'alpha', events: 7, seconds: 4_200 }],
  eventsCounted: 48_210,
  otherChannels: {},
  deadLetters: 3,
  outbox: 0,
  lag: 0,
};

type State = { -readonly [Key in keyof LiveState]: LiveState[Key] };

export const providerView = (provider: string, more: Partial<ProviderView> = {}): ProviderView => ({
  provider,
  state: 'ok',
  rate: 2.4,
  expected: 2.1,
  delay: null,
  pauses: [],
  ...more,
});

/** Fifteen minutes of a provider up to the night's now; `sent` says how many in a second before it. */
export const ratesOf = (sent: (before: number) => number, expected = 2.1, upper = 7): RatePoint[] =>
  Array.from({ length: 900 }, (_, index) => [NIGHT / 1000 - 899 + index, sent(899 - index), expected, upper]);

export const incidentOf = (provider: string, more: Partial<Incident> = {}): Incident => ({
  id: `${provider}-20261028T190004Z`,
  provider,
  status: 'open',
  openedAt: ms(NIGHT - 260_000),
  lastSeenAt: ms(NIGHT),
  severity: 'critical',
  findings: [
    {
      firstAt: ms(NIGHT - 260_000),
      latest: {
        detector: 'burst',
        provider,
        series: seriesKey({ metric: 'sent', provider }),
        at: second(NIGHT / 1000),
        since: ms(NIGHT - 260_000),
        strength: 'strong',
        evidence: { count: 240, expected: 12.5, seconds: 8 },
        says: '240 messages in 8 s where 12.5 were expected',
      },
    },
  ],
  actions: [],
  revision: 1,
  ...more,
});

export const createScriptedSource = (initial: Partial<LiveState> = {}) => {
  const state: State = {
    now: ms(NIGHT),
    mode: 'armed',
    providers: [providerView('alpha'), providerView('beta')],
    incidents: [],
    health: HEALTHY,
    handsOff: null,
    ...initial,
  };
  let rates: Record<string, readonly RatePoint[]> = {};
  let lines: readonly FeedLine[] = [];
  let seq = 0;
  const orders: string[][] = [];
  let refusal: Refusal | undefined;
  const carriedOut = (action: Action['action'], order: Target & OrderDetails): Action => {
    const intent = { at: ms(NIGHT), incident: null, dryRun: false, ...order, action };
    return refusal ? asRefused(intent, refusal) : asDone(intent);
  };
  const reads = { state: 0 };

  const source: LiveSource = {
    state: () => {
      reads.state++;
      return { ...state };
    },
    rates: (since) =>
      Object.fromEntries(
        Object.entries(rates).map(([provider, points]) => [provider, points.filter(([at]) => at >= since)]),
      ),
    feed: (after) => ({ lines: after >= seq ? [] : lines.slice(-Math.min(seq - after, 50)), seq }),
    pause: async (target, { reason, by, for: lasting, atEnd }) => {
      const end = lasting === undefined ? [] : [`${lasting} ms`, ...(atEnd ? [atEnd] : [])];
      orders.push(['pause', targetKey(target), reason, by, ...end]);
      return carriedOut('pause', { ...target, reason, by });
    },
    resume: async (target, { reason, by }) => {
      orders.push(['resume', targetKey(target), reason, by]);
      return carriedOut('resume', { ...target, reason, by });
    },
    handsOff: async (on, { reason, by }) => void orders.push(['hands off', `${on}`, reason, by]),
    mode: () => ({ mode: state.mode, configured: 'dry-run', set: null }),
    setMode: async (mode, { reason, by }) => void orders.push(['mode', `${mode}`, reason, by]),
    acknowledge: async (...order) => void orders.push(['acknowledge', ...order]),
    explain: (id) => {
      const incident = state.incidents.find((one) => one.id === id);
      return incident && explainPolicy(incident, configSchema.parse({}).respond);
    },
  };
  return {
    source,
    orders,
    reads,
    /** Every order from here on, for this reason. */
    refuse: (why: Refusal) => {
      refusal = why;
    },
    set: (change: Partial<LiveState>) => void Object.assign(state, change),
    setRates: (next: typeof rates) => {
      rates = next;
    },
    say: (...fresh: FeedLine[]) => {
      seq += fresh.length;
      lines = [...lines, ...fresh].slice(-50);
    },
  };
};

export const feedLine = (text: string, more: Partial<FeedLine> = {}): FeedLine => ({
  at: ms(NIGHT),
  provider: 'alpha',
  type: 'sent',
  to: '+33 6 •• •• •• 12',
  text,
  ...more,
});
