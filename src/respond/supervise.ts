/**
 * Tending pauses: what the lease holder does about those that stand, second by second. Whether each bites is seen in
 * the stream: one that does not is made wider, and people are told whom to call; one whose time is over takes its turn.
 * In: the pauses and the view. Out: verdicts on incidents, and orders to the executor.
 */
import type { Config } from '../config/schema.ts';
import { defaultProvider } from '../config/schema.ts';
import { type Clock, type Duration, ms, type Second, second, secondOf } from '../events/event.ts';
import type { Action, Incident, Verdict } from '../incidents/incident.ts';
import { ALREADY_PAUSED } from '../incidents/lifecycle.ts';
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
  /** Newest first. */
  readonly actions: () => Promise<readonly Action[]>;
  readonly context: () => Pick<DecisionContext, 'active' | 'carriers' | 'sight' | 'handsOff'>;
  readonly executor: Executor;
  /** Makes them part of the incident. */
  readonly verify: (incident: string, verdict: Verdict) => Promise<void>;
  readonly told: (action: Action) => Promise<void>;
  readonly clock: Clock;
}

/** Judged and turned at most once a second. */
export const createPauseSupervisor = (parts: PauseSupervisorParts): (() => Promise<void>) => {
  const { config, view, clock, executor } = parts;
  const { respond } = config;
  /** Messages told of each pause that does not bite: only twice as many are news. */
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
      // Within a wider one it has been given up.
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
    const before = leaks.get(targetKey(pause));
    if (verdict.kind === 'waiting') return;
    if (verdict.kind === 'bites') {
      leaks.delete(targetKey(pause));
      return parts.verify(incident.id, { at, bites: true, says: verdict.says });
    }
    const count = verdict.kind === 'goes_on' ? verdict.count : 1;
    if (before !== undefined && count < 2 * before) return;
    leaks.set(targetKey(pause), count);
    await parts.verify(incident.id, { at, bites: false, says: `${verdict.says}${whomToCall(pause)}` });
    if (verdict.kind === 'goes_on') await widen(pause, incident);
  };

  /** What is sent by the target, by what the provider says. */
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
    const refused = forbidsWider({ target, evidence: [] }, circumstances(pause.provider));
    if (refused === ALREADY_PAUSED) return;
    if (refused !== undefined) return parts.told({ ...order, action: 'pause', dryRun: false, refused });
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
