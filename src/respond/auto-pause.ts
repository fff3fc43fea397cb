/**
 * Pausing unattended: from a critical incident to an order, or to the reason why there is none. In: incidents and the
 * second just looked at. Out: orders to the executor, and actions told. It remembers only when it paused lately.
 */
import type { Mode } from '../config/mode.ts';
import type { Config } from '../config/schema.ts';
import { defaultProvider } from '../config/schema.ts';
import { type Ms, ms, type Second } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import { asRefused, isSameRefusal } from '../incidents/action.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/store.ts';
import type { Executor } from './execute.ts';
import { lengthOf } from './expiry.ts';
import { POLICY } from './gate/gate.ts';
import type { DecisionContext } from './guardrails.ts';
import { decide, inMode, isBad } from './policy.ts';
import { untold } from './recovery.ts';

export interface AutoPauseParts {
  readonly config: Config;
  readonly executor: Executor;
  readonly incidents: Pick<IncidentStore, 'actions'>;
  /** The incidents that are not resolved, and those resolved lately. */
  readonly living: () => readonly Incident[];
  /** The mode that holds at the moment; the executor asks for it anew before it acts. */
  readonly mode: () => Mode;
  /** What stands for or against an action, as it is when asked. */
  readonly context: () => DecisionContext;
  /** What "now" is to a decision taken on a second: the clock in production, the second itself in a replay. */
  readonly nowAt: (second: Second) => Ms;
  /** Makes an action part of its incident. */
  readonly told: (action: Action) => Promise<void>;
}

export interface AutoPause {
  /** Decides on every critical incident. */
  at(second: Second): Promise<void>;
  /** Takes over what was done before this instance led. */
  recall(actions: readonly Action[]): void;
}

/** So many of the newest actions are looked through for pauses like the one that is to be made. */
export const LATELY = 200;

export const createAutoPause = (parts: AutoPauseParts): AutoPause => {
  const { config, executor, incidents, living, told } = parts;
  let recentPauses: readonly Ms[] = [];
  let bad: { of: readonly Incident[]; mode: Mode; found: readonly Incident[] } | undefined;

  const respondTo = async (incident: Incident, at: Second): Promise<void> => {
    const now = parts.nowAt(at);
    recentPauses = recentPauses.filter((past) => now - past < HOUR);
    const decision = decide(incident, {
      now,
      config: config.respond,
      mode: parts.mode(),
      provider: config.providers[incident.provider] ?? defaultProvider,
      campaigns: config.campaigns,
      recentPauses,
      alsoBad: alsoBad(incident),
      ...parts.context(),
    });
    if (decision.kind === 'none') return;
    const { reason, rule, target } = decision;
    const order = { ...target, reason, rule, incident: incident.id, by: POLICY, at: now };
    if (decision.kind === 'held') {
      const { refusal, dryRun } = decision;
      if (incident.actions.some((action) => isSameRefusal(action, refusal))) return;
      if (refusal.code === 'already_paused' && (await hasFinished(incident))) return;
      await told(asRefused({ ...order, action: 'pause', dryRun }, refusal));
      return;
    }
    const { pause } = config.respond;
    const length = lengthOf(target, { now, actions: await incidents.actions(LATELY), config: pause });
    const action = await executor.pause({ ...order, until: ms(now + length), atEnd: pause.atEnd });
    if (isPause(action)) recentPauses = [...recentPauses, action.at];
    await told(action);
  };

  /** Whether the pause that was found is our own, cut short. */
  const hasFinished = async (incident: Incident): Promise<boolean> => {
    await executor.finish(POLICY);
    const actions = (await incidents.actions(LATELY)).filter(({ by }) => by === POLICY);
    const own = untold(actions, [incident]);
    for (const action of own) await told(action);
    return own.length > 0;
  };

  /** Other providers that went wrong within the time that signs may be apart, and are not paused. */
  const alsoBad = ({ provider, openedAt }: Incident): string[] =>
    badNow()
      .filter(
        (other) =>
          other.provider !== provider && Math.abs(other.openedAt - openedAt) <= config.respond.within,
      )
      .map((other) => other.provider);

  /** The bad incidents are found once for all that are decided on, until something about any of them is new. */
  const badNow = (): readonly Incident[] => {
    const [of, mode] = [living(), parts.mode()];
    if (bad?.of !== of || bad.mode !== mode) {
      bad = { of, mode, found: of.filter((one) => isBad(inMode(one, mode), config.respond)) };
    }
    return bad.found;
  };

  return {
    at: async (second) => {
      for (const incident of living()) {
        if (incident.severity === 'critical') await respondTo(incident, second);
      }
    },
    recall: (actions) => {
      recentPauses = [...new Set(actions.filter(isPause).map((action) => action.at))];
    },
  };
};

const isPause = ({ action, state }: Action): boolean => action === 'pause' && state === 'done';
