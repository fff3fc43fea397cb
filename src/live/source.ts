/**
 * What the live view is told, put together from the rates, the feed, the incidents and the gate.
 * In: the parts that know. Out: a `LiveSource`. Read only, save for an operator's orders, which it hands on.
 */
import type { Config } from '../config/schema.ts';
import type { Clock } from '../events/event.ts';
import type { Health } from '../health/report.ts';
import type { Incident } from '../incidents/incident.ts';
import { explainPolicy } from '../respond/explain.ts';
import type { HandsOff, Pause } from '../respond/gate/gate.ts';
import type { ManualOrders } from '../respond/manual.ts';
import type { ModeView } from '../respond/mode.ts';
import { isWhole } from '../respond/target.ts';
import { type Delays, hasChanged } from '../windows/delays.ts';
import type { LiveSource, ProviderView } from './feed.ts';
import type { Rates } from './rates.ts';

export interface LiveParts {
  readonly mode: () => ModeView;
  readonly clock: Clock;
  readonly rates: Rates;
  readonly feed: LiveSource['feed'];
  readonly incidents: () => readonly Incident[];
  readonly pauses: () => readonly Pause[];
  readonly handsOff: () => HandsOff | null;
  readonly health: () => Health;
  readonly orders: ManualOrders & Pick<LiveSource, 'setMode'>;
  readonly policy: Config['respond'];
  readonly delays: Pick<Delays, 'of'>;
}

export const createLiveSource = (parts: LiveParts): LiveSource => {
  const { rates } = parts;

  const providerView = (provider: string): ProviderView => {
    const pauses = parts.pauses().filter((pause) => pause.provider === provider);
    const alert = parts
      .incidents()
      .some((incident) => incident.provider === provider && incident.status !== 'resolved');
    const state = pauses.some(isWhole) ? 'paused' : alert ? 'alert' : 'ok';
    return { provider, state, ...rates.present(provider), delay: delayOf(provider), pauses };
  };

  const delayOf = (provider: string): ProviderView['delay'] => {
    const delay = parts.delays.of(provider, parts.clock());
    const shown = delay.present ?? delay.usual;
    if (shown === undefined) return null;
    return { ms: shown, isUsual: delay.usual !== undefined && !hasChanged(delay) };
  };

  return {
    state: () => ({
      now: parts.clock(),
      mode: parts.mode().mode,
      providers: rates.providers().map(providerView),
      incidents: parts.incidents(),
      health: parts.health(),
      handsOff: parts.handsOff(),
    }),
    rates: rates.since,
    feed: parts.feed,
    ...parts.orders,
    mode: parts.mode,
    explain: (id) => {
      const incident = parts.incidents().find((one) => one.id === id);
      return incident && explainPolicy(incident, parts.policy);
    },
  };
};
