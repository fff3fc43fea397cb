/**
 * What people order, over HTTP, by command or in Slack. In: an order with a name behind it. Out: what became of it,
 * carried out, written into the journal and made part of the incident. A person is never held back by a guardrail.
 */
import { type Clock, type Duration, ms } from '../events/event.ts';
import type { Journal } from '../incidents/audit/log.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import { type ButtonOrders, createButtonOrders } from './buttons.ts';
import type { Executor, PauseOrder } from './execute.ts';
import type { AtEnd, Gate, Pause } from './gate/gate.ts';
import { type Target, targetOf } from './target.ts';

/** What an operator says with an order. */
export interface OrderDetails {
  readonly reason: string;
  readonly by: string;
}

export interface PauseDetails extends OrderDetails {
  /** How long the pause lasts; when it is absent, until somebody ends it. */
  readonly for?: Duration;
  /** What happens when its time is over. */
  readonly atEnd?: AtEnd;
}

/** What an operator may order; the live view and the commands hand it on. */
export interface ManualOrders {
  /** Answers what became of it; an order that was not done is no rejection, but an action that is refused. */
  pause(target: Target, given: PauseDetails): Promise<Action>;
  /** Ends every pause of a provider that is named whole, else that of exactly this target. */
  resume(target: Target, given: OrderDetails): Promise<Action>;
  handsOff(on: boolean, given: OrderDetails): Promise<void>;
  acknowledge(incident: string, by: string): Promise<void>;
}

export interface OperatorsParts {
  readonly incidents: () => readonly Incident[];
  readonly pauses: () => readonly Pause[];
  readonly executor: Executor;
  readonly gate: Gate;
  readonly journal: Journal;
  readonly mute: Parameters<typeof createButtonOrders>[0]['mute'];
  /** Makes an action part of its incident. */
  readonly told: (action: Action) => Promise<void>;
  readonly acknowledge: (incident: string, by: string) => Promise<void>;
  /** Reads again what the orders have changed. */
  readonly refresh: () => Promise<void>;
  readonly clock: Clock;
}

export interface Operators {
  readonly orders: ManualOrders;
  /** The orders behind the buttons in Slack. */
  readonly buttons: ButtonOrders;
}

export const createOperators = (parts: OperatorsParts): Operators => {
  const { executor, gate, journal, clock } = parts;

  const carryOut = async (order: Promise<Action>): Promise<Action> => {
    const action = await order;
    await parts.told(action);
    await parts.refresh();
    return action;
  };

  /** Makes the order one about the incident that the provider has now. */
  const about = (given: Omit<PauseOrder, 'incident' | 'at'>): PauseOrder => {
    const open = parts
      .incidents()
      .find(({ provider, status }) => provider === given.provider && status !== 'resolved');
    return { ...given, incident: open?.id ?? null, at: clock() };
  };

  const handsOff = async (on: boolean, { reason, by }: OrderDetails): Promise<void> => {
    await gate.setHandsOff(on ? { reason, by, since: clock() } : null);
    const cause = on ? `hands off: ${reason}` : `hands on: ${reason}`;
    await journal.append([{ at: clock(), incident: null, kind: 'hands_off', cause, by }]);
    await parts.refresh();
  };

  const orders: Operators['orders'] = {
    pause: (target, { for: lasting, ...given }) => {
      const until = lasting === undefined ? null : ms(clock() + lasting);
      return carryOut(executor.pause(about({ ...target, ...given, until })));
    },
    resume: (target, given) => carryOut(executor.resume(about({ ...target, ...given }))),
    handsOff,
    acknowledge: parts.acknowledge,
  };

  /** Keeps all that is paused of the incident's provider so, until a person ends it. */
  const keepPaused = async (id: string, by: string): Promise<string> => {
    const provider = parts.incidents().find((one) => one.id === id)?.provider;
    const active = parts.pauses().filter((pause) => pause.provider === provider);
    if (active.length === 0) throw new Error('nothing of it is paused');
    for (const pause of active) {
      const order = { ...targetOf(pause), reason: `kept paused by ${by}`, by, incident: id, at: clock() };
      const ending = { until: null, atEnd: 'stay', trickle: null } as const;
      const action = await carryOut(executor.change(pause, { ...order, ...ending }));
      if (action.state === 'refused') throw new Error(action.refused);
    }
    return `It stays paused until a person ends it, says ${by}`;
  };

  const buttons = createButtonOrders({
    incidents: parts.incidents,
    acknowledge: parts.acknowledge,
    resume: async (provider, reason, by) => {
      const action = await orders.resume({ provider }, { reason, by });
      if (action.state === 'refused') throw new Error(action.refused);
    },
    mute: parts.mute,
    more: {
      keep_paused: keepPaused,
      hands_off: async (_incident, by) => {
        await handsOff(true, { reason: 'asked for in Slack', by });
        return `Hands off: tocsin orders nothing by itself, says ${by}. Undo: \`tocsin hands-off off\``;
      },
    },
  });

  return { orders, buttons };
};
