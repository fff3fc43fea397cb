/**
 * The supervision of pauses: what the lease holder does about those that stand, second by second. The stream shows
 * whether each bites: one that does not is made wider, and people are told whom to call. One whose time is over ends,
 * stays, or is probed.
 * In: the pauses and the view. Out: verdicts on incidents, and orders to the executor.
 */
import type { Config } from '../config/schema.ts';
import { defaultProvider } from '../config/schema.ts';
import { type Clock, type Duration, ms, type Second, second, secondOf } from '../events/event.ts';
import { asRefused } from '../incidents/action.ts';
import type { Action, Incident, Verdict } from '../incidents/incident.ts';
import { seriesKey } from '../windows/series.ts';
import type { View } from '../windows/view.ts';
import type { Executor, PauseOrder } from './execute.ts';
import { lengthOf, type Turn, turnOf } from './expiry.ts';
import { type Pause, POLICY } from './gate/gate.ts';
import { type DecisionContext, forbidsWider, type WiderCircumstances } from './guardrails.ts';
import { stops, type Target, targetKey, targetName, targetOf, widened } from './target.ts';
import { judgePause } from './verify.ts';

export interface PauseSupervisorParts {
  readonly config: Config;
  readonly view: View;
  readonly pauses: () => readonly Pause[];
  readonly incidents: () => readonly Incident[];
  /** The log of actions, newest first. */
  readonly actions: () => Promise<readonly Action[]>;
  readonly context: () => Pick<DecisionContext, 'active' | 'carriers' | 'sight' | 'handsOff'>;
  readonly executor: Executor;
  /** Makes a verdict part of its incident. */
  readonly verify: (incident: string, verdict: Verdict) => Promise<void>;
  readonly told: (action: Action) => Promise<void>;
  readonly clock: Clock;
}

/** Answers what is to be called at each look; pauses are judged, and take their turn, at most once a second. */
export const createPauseSupervisor = (parts: PauseSupervisorParts): (() => Promise<void>) => {
  const { config, view, clock, executor } = parts;
  const { respond } = config;
  /** How many messages were told of each pause that does not bite: only twice as many are news. */
  const leaks = new Map<string, number>();
  let lookedAt = 0;

  const tend = async (): Promise<void> => {
    const now = secondOf(clock());
    if (now === lookedAt) return;
    lookedAt = now;
    const pauses = parts.pauses();
    for (const key of leaks.keys()) if (!pauses.some((pause) => targetKey(pause) === key)) leaks.delete(key);
    for (const pause of pauses) {
      const incident = parts.incidents().find(({ id }) => id === pause.incident);
      // A pause within a wider one has been given up, and is not judged any more.
      const isWithin = pauses.some((other) => other !== pause && stops(other, pause));
      if (incident && pause.trickle === null && !isWithin) await judge(pause, incident);
      await turn(pause, incident);
    }
  };

  const judge = async (pause: Pause, incident: Incident): Promise<void> => {
    const { head, watermark } = view;
    if (head === undefined || watermark === undefined) return;
    const at = clock();
    const { lateness } = config.windows;
    const verdict = judgePause({
      target: pause,
      since: pause.since,
      sent: sentOf(pause),
      at: head,
      complete: second(secondOf(watermark) - lateness / 1000 - 1),
      now: at,
      config: respond.bite,
    });
    const key = targetKey(pause);
    const before = leaks.get(key);
    if (verdict.kind === 'waiting') return;
    if (verdict.kind === 'bites') {
      leaks.delete(key);
      return parts.verify(incident.id, { at, bites: true, target: key, says: verdict.says });
    }
    const counted = verdict.kind === 'goes_on' ? { count: verdict.count } : {};
    const { count = 1 } = counted;
    if (before !== undefined && count < 2 * before) return;
    leaks.set(key, count);
    const says = `${verdict.says}${whomToCall(pause)}`;
    await parts.verify(incident.id, { at, bites: false, target: key, ...counted, says });
    if (verdict.kind === 'goes_on') await widen(pause, incident);
  };

  /** Counts what is sent by the target, by what the provider itself reports. */
  const sentOf = ({ provider, category, campaign }: Target) => {
    const series = seriesKey({ metric: 'sent', provider, category, campaign });
    return (from: Second, to: Second) => view.sum(series, from, to);
  };

  const whomToCall = ({ provider }: Target): string => {
    const contact = config.providers[provider]?.contact;
    return contact === undefined ? '' : `; call ${contact}`;
  };

  const widen = async (pause: Pause, incident: Incident): Promise<void> => {
    const campaign = pause.campaign === undefined ? undefined : config.campaigns[pause.campaign];
    const target = widened(pause, campaign?.category ?? 'marketing');
    if (!target) return;
    const at = clock();
    const reason = `the pause of ${targetName(pause)} does not bite`;
    const order: PauseOrder = { ...target, reason, incident: incident.id, by: POLICY, at };
    const refusal = forbidsWider({ target, evidence: [] }, circumstances(pause.provider));
    if (refusal?.code === 'already_paused') return;
    if (refusal) return parts.told(asRefused({ ...order, action: 'pause', dryRun: false }, refusal));
    const until = ms(at + (await lengthFor(target)));
    await parts.told(await executor.pause({ ...order, until, atEnd: respond.pause.atEnd }));
  };

  const circumstances = (provider: string): WiderCircumstances => ({
    config: respond,
    provider: config.providers[provider] ?? defaultProvider,
    campaigns: config.campaigns,
    ...parts.context(),
  });

  const lengthFor = async (target: Target): Promise<Duration> =>
    lengthOf(target, { now: clock(), actions: await parts.actions(), config: respond.pause });

  const turn = async (pause: Pause, incident: Incident | undefined): Promise<void> => {
    // Most of the time there is nothing to do, and nothing to be read for it.
    if (pause.until === null || (clock() < pause.until && pause.trickle === null)) return;
    const next = await lengthFor(pause);
    const taken = turnOf(pause, { now: clock(), incident, config: respond.pause, next });
    if (taken.kind === 'none') return;
    await parts.told(await carryOut(pause, taken));
  };

  const carryOut = (pause: Pause, taken: Exclude<Turn, { kind: 'none' }>): Promise<Action> => {
    const { provider, atEnd } = pause;
    // Whoever made the pause, the incident that the provider has waits for its end.
    const live = parts.incidents().find((one) => one.provider === provider && one.status !== 'resolved');
    const incident = live?.id ?? pause.incident;
    const order: PauseOrder = { ...targetOf(pause), reason: taken.why, incident, by: POLICY, at: clock() };
    switch (taken.kind) {
      case 'resume':
        return executor.resume(order);
      case 'probe':
        return executor.change(pause, { ...order, until: taken.until, atEnd, trickle: taken.trickle });
      case 'stop':
        return executor.change(pause, { ...order, until: taken.until, atEnd, trickle: null });
      case 'stay':
        return executor.change(pause, { ...order, until: null, atEnd: 'stay', trickle: null });
    }
  };

  return tend;
};
