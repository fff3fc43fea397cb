/**
 * What the live view is told, put together from the windows, the engine, the incidents and the gate.
 * In: the parts that know. Out: a `LiveSource`. Read only, save for an operator's orders, which it hands on.
 */
import type { Config } from '../config/schema.ts';
import type { Engine } from '../detect/engine.ts';
import { type Clock, type Second, type SmsEvent, second } from '../events/event.ts';
import { maskAddress, maskDigits } from '../events/text/mask.ts';
import type { Health } from '../health/report.ts';
import type { Incident } from '../incidents/incident.ts';
import { explainPolicy } from '../respond/explain.ts';
import type { HandsOff, Pause } from '../respond/gate/gate.ts';
import type { ManualOrders } from '../respond/manual.ts';
import type { ModeView } from '../respond/mode.ts';
import { isWhole } from '../respond/target.ts';
import { parseSeries, type SeriesKey, seriesKey } from '../windows/series.ts';
import type { View } from '../windows/view.ts';
import type { FeedLine, LiveSource, ProviderView, RatePoint } from './feed.ts';

/** The points kept of a provider, one a second. */
const POINTS = 900;
/** The lines kept of the feed. */
const LINES = 50;
/** The seconds over which the present rate is told. */
const PRESENT = 10;
/** The most lines taken from one batch, since the feed shows what goes on, not everything. */
const LINES_PER_BATCH = 5;

export interface LiveParts {
  readonly mode: () => ModeView;
  readonly clock: Clock;
  readonly view: View;
  readonly engine: Engine;
  readonly incidents: () => readonly Incident[];
  readonly pauses: () => readonly Pause[];
  readonly handsOff: () => HandsOff | null;
  readonly health: () => Health;
  readonly orders: ManualOrders & Pick<LiveSource, 'setMode'>;
  readonly policy: Config['respond'];
}

/** The source over the parts of one instance; `show` takes in the events of a batch for the feed. */
export const createLiveSource = (
  parts: LiveParts,
): LiveSource & { show(events: readonly SmsEvent[]): void } => {
  const { view, engine } = parts;
  let lines: readonly FeedLine[] = [];
  let seq = 0;

  const providers = (): readonly string[] => {
    const named = [...view.series()].flatMap((key) => parseSeries(key).provider ?? []);
    return [...new Set([...named, ...parts.pauses().map((pause) => pause.provider)])].sort();
  };

  /** The series a provider is watched by: what it says it sent or, when it says nothing, what we gave it. */
  const sending = (provider: string): SeriesKey => {
    const sent = seriesKey({ metric: 'sent', provider });
    const { head } = view;
    const silent = head === undefined || view.sum(sent, second(head - POINTS), head) === 0;
    return silent ? seriesKey({ metric: 'submitted', provider }) : sent;
  };

  const providerView = (provider: string): ProviderView => {
    const series = sending(provider);
    const head = view.head ?? second(0);
    const pauses = parts.pauses().filter((pause) => pause.provider === provider);
    const alert = parts
      .incidents()
      .some((incident) => incident.provider === provider && incident.status !== 'resolved');
    return {
      provider,
      state: pauses.some(isWhole) ? 'paused' : alert ? 'alert' : 'ok',
      rate: view.sum(series, second(head - PRESENT + 1), head) / PRESENT,
      expected: engine.expected(view, series).rate,
      pauses,
    };
  };

  const points = (provider: string, from: Second, to: Second): RatePoint[] => {
    const series = sending(provider);
    const { rate, upper } = engine.expected(view, series);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
      const at = second(from + index);
      return [at, view.count(series, at), rate, upper] as const;
    });
  };

  return {
    state: () => ({
      now: parts.clock(),
      mode: parts.mode().mode,
      providers: providers().map(providerView),
      incidents: parts.incidents(),
      health: parts.health(),
      handsOff: parts.handsOff(),
    }),
    rates: (since) => {
      const { head } = view;
      if (head === undefined) return {};
      const from = second(Math.max(since, head - POINTS + 1));
      return Object.fromEntries(providers().map((provider) => [provider, points(provider, from, head)]));
    },
    feed: (after) => ({ lines: after >= seq ? [] : lines.slice(-Math.min(seq - after, LINES)), seq }),
    ...parts.orders,
    mode: parts.mode,
    explain: (id) => {
      const incident = parts.incidents().find((one) => one.id === id);
      return incident && explainPolicy(incident, parts.policy);
    },
    show: (events) => {
      const fresh = events.slice(-LINES_PER_BATCH).map(lineOf);
      seq += fresh.length;
      lines = [...lines, ...fresh].slice(-LINES);
    },
  };
};

const lineOf = (event: SmsEvent): FeedLine => ({
  at: event.at,
  provider: ('provider' in event && event.provider) || '',
  type: event.type,
  to: 'to' in event ? maskAddress(event.to) : '',
  ...('text' in event && event.text ? { text: maskDigits(event.text).slice(0, 120) } : {}),
});
