/**
 * A world for the pause: the real evaluator, executor and gate over a disk that outlives the process. What is found is
 * written in a script, second by second; the process dies before or after any of its writes. Every sentence of an
 * action, a verdict and a change is another on the disk: nothing may go by them.
 */
import { pino } from 'pino';
import { createLeadership } from '../../src/cluster/leadership.ts';
import { createSoleLease } from '../../src/cluster/lease.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import type { Engine } from '../../src/detect/engine.ts';
import type { Finding } from '../../src/detect/finding.ts';
import type { WatchState } from '../../src/evaluate/checkpoint.ts';
import { createEvaluator } from '../../src/evaluate/evaluator.ts';
import { createMemoryMailbox } from '../../src/evaluate/mailbox.ts';
import { createEvaluationStatus } from '../../src/evaluate/status.ts';
import { createWatch } from '../../src/evaluate/watch.ts';
import { duration, type Ms, ms, type Second, second, startOf } from '../../src/events/event.ts';
import type { Action } from '../../src/incidents/action.ts';
import { fresh, type JournalDraft } from '../../src/incidents/audit/log.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { emptyState, type OutboxState, putIn } from '../../src/notify/outbox/state.ts';
import type { ActuatorOrder, ActuatorOutcome } from '../../src/respond/actuators/actuator.ts';
import { createExecutor } from '../../src/respond/execute.ts';
import { POLICY } from '../../src/respond/gate/gate.ts';
import { createLocalGate, type GateState, OPEN } from '../../src/respond/gate/memory.ts';
import type { DecisionContext } from '../../src/respond/guardrails.ts';
import { seriesKey } from '../../src/windows/series.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';
import { calm, NIGHT } from '../incidents/build.ts';
import { reworded } from '../incidents/reworded.ts';

/** beta is protected. */
const config: Config = configSchema.parse({
  providers: { alpha: {}, beta: { protected: true } },
  respond: { maxPausesPerHour: 1_000 },
});

/** What may change at any time and forbids a pause. */
export interface Guards {
  readonly mode: 'armed' | 'dry-run';
  readonly handsOff: boolean;
  readonly blind: boolean;
  readonly changing: boolean;
}

/** What outlives a process. */
export const newDisk = () => ({
  now: NIGHT as number,
  guards: { mode: 'armed', handsOff: false, blind: false, changing: false } as Guards,
  script: new Map<number, Finding[]>(),
  counts: new Map<Second, Map<ReturnType<typeof seriesKey>, number>>(),
  gate: OPEN as GateState,
  incidents: new Map<string, Incident>(),
  /** Newest first. */
  actions: [] as Action[],
  journal: [] as JournalDraft[],
  revisions: new Map<string, number>(),
  outbox: emptyState as OutboxState,
  watch: undefined as WatchState | undefined,
  told: [] as ActuatorOrder[],
  mailbox: createMemoryMailbox(),
  token: 0,
  /** Pauses that tocsin made although something forbade it. */
  wrong: [] as string[],
});
export type Disk = ReturnType<typeof newDisk>;

class Died extends Error {}

/** The writes that a process still survives; it dies at the last one, before it when `early`. */
const createLife = () => {
  let left = Number.POSITIVE_INFINITY;
  let early = false;
  return {
    end: (writes: number, before: boolean) => {
      left = writes;
      early = before;
    },
    isOver: () => left < 0,
    write: async (effect: () => void): Promise<void> => {
      if (left < 0) throw new Died();
      left -= 1;
      const dies = left < 0;
      if (!dies || !early) effect();
      if (dies) throw new Died();
    },
  };
};
type Life = ReturnType<typeof createLife>;

/** A process on the disk; the only one, unless others lead at times. */
export const startProcess = (on: Disk, leads: () => boolean = () => true) => {
  const life = createLife();
  on.token += 1;
  const token = on.token;
  const { gate, incidents, journal, outbox } = portsOn(on, life);
  const clock = () => startOf(second(on.now));
  const log = pino({ level: 'silent' });
  const mode = () => on.guards.mode;
  const executor = createExecutor({
    gate,
    store: incidents,
    actuators: {
      run: (order) => {
        const outcome = life
          .write(() => on.told.push(order))
          .then(
            (): ActuatorOutcome => ({ kind: 'taken' }),
            (): ActuatorOutcome => ({ kind: 'not_taken', why: 'the process died', again: false }),
          );
        return [{ name: 'provider', outcome }];
      },
    },
    mode: async () => mode(),
    clock,
    log,
  });
  const watch = createWatch({ engine: scripted(on), view: createView(), life: config.incidents });
  const evaluator = createEvaluator({
    config,
    store: { ...nothing, read: async () => changesOf(on) },
    watch,
    checkpoint: {
      load: async () => on.watch,
      save: (state) => life.write(() => Object.assign(on, { watch: state })),
    },
    leadership: createLeadership({
      lease: { ...createSoleLease(), hold: async () => (leads() ? token : null) },
      clock,
    }),
    incidents,
    journal,
    mailbox: on.mailbox,
    outbox,
    executor,
    mode,
    context: () => situationOf(on),
    status: createEvaluationStatus(),
    limits: { lateness: duration(2_000) },
    nowAt: clock,
    silentUntil: clock,
    clock,
    log,
  });
  const order = async (action: 'pause' | 'resume', provider: string): Promise<void> => {
    const about = watch.incidents().find((one) => one.provider === provider && one.status !== 'resolved');
    const given = { provider, reason: 'by hand', incident: about?.id ?? null, by: 'ana', at: clock() };
    await evaluator.told(await executor[action](given));
  };
  const { tick, acknowledge } = evaluator;
  return { tick, acknowledge, order, handsOff: gate.setHandsOff, life };
};

const nothing = {
  claim: async () => ({ epoch: 1, next: 0 }),
  consent: async () => ({ withdrawn: new Map(), returned: new Map() }),
  apply: async () => ({ kind: 'applied' as const }),
  evaluated: async () => {},
  close: async () => {},
};

const situationOf = ({ guards, gate }: Disk): DecisionContext => ({
  ...calm,
  active: gate.paused,
  sight: { ...calm.sight, problems: guards.blind ? ['Kafka is away'] : [] },
  handsOff: () => (guards.handsOff ? 'ana looks into it' : undefined),
  isChanging: guards.changing,
});

const changesOf = ({ counts, now }: Disk): WindowChanges => ({
  cursor: {},
  partitions: [{ partition: 'script', next: 0, watermark: ms(now * 1000), countedAt: ms(0) }],
  counts: new Map(counts),
  distinct: new Map(),
  tallies: new Map(),
  samples: new Map(),
  announced: new Map(),
});

/** Sees what the script says, and knows nothing else. */
const scripted = (on: Disk): Engine => ({
  detect: (_view, at) => on.script.get(at) ?? [],
  seal: () => {},
  pass: () => {},
  findAbsence: (_view, _at, complete) => ({ findings: [], again: second(complete + 1) }),
  reopen: () => {},
  providers: () => [],
  leaveOut: () => {},
  expected: () => {
    throw new Error('nobody looks at rates here');
  },
  signs: () => [],
  isSilent: () => false,
  changes: () => new Map(),
  restore: () => 0,
});

const portsOn = (on: Disk, life: Life) => ({
  gate: createLocalGate(on.gate, (next) =>
    life.write(() => {
      for (const one of next.paused) {
        const known = on.gate.paused.includes(one);
        const { mode, handsOff, blind, changing } = on.guards;
        const forbidden = mode !== 'armed' || handsOff || blind || changing || one.provider === 'beta';
        if (!known && one.by === POLICY && forbidden) on.wrong.push(JSON.stringify({ one, ...on.guards }));
      }
      on.gate = next;
    }),
  ),
  incidents: {
    load: async () => [...on.incidents.values()].map((one) => structuredClone(one)),
    save: (incidents: readonly Incident[]) =>
      life.write(() => {
        for (const one of incidents) {
          if (one.revision >= (on.incidents.get(one.id)?.revision ?? 0))
            on.incidents.set(one.id, reworded(structuredClone(one)));
        }
      }),
    record: (action: Action) => life.write(() => on.actions.unshift(reworded(action))),
    actions: async (limit: number) => on.actions.slice(0, limit),
    close: async () => {},
  },
  journal: {
    append: async (drafts: readonly JournalDraft[]) => {
      await life.write(() => {
        for (const draft of fresh(drafts, on.revisions)) {
          on.journal.push(draft);
          if (draft.incident !== null) on.revisions.set(draft.incident, draft.revision ?? 0);
        }
      });
      return 'written' as const;
    },
    read: async () => [],
    head: async () => ({ seq: 0, hash: '' }),
    close: async () => {},
  },
  outbox: outboxOn(on, life),
});

const outboxOn = (on: Disk, life: Life) => ({
  put: (notices: Parameters<typeof putIn>[1]) =>
    life.write(() => {
      on.outbox = putIn(on.outbox, notices, { now: on.now * 1000, replyLimit: 1e6 });
    }),
  has: async (incident: string) => on.outbox.entries.some((entry) => entry.incident === incident),
  peek: async () => [],
  done: async () => {},
  thread: async () => undefined,
  took: async () => {},
  places: async () => ({}),
  mute: async () => {},
  size: async () => on.outbox.entries.length,
  close: async () => {},
});

/** A message in the second that something is found in. */
export const see = (on: Disk, findings: readonly Finding[]): void => {
  on.script.set(on.now, [...findings]);
  on.counts.set(second(on.now), new Map([[seriesKey({ metric: 'sent', provider: 'alpha' }), 1]]));
};

export const nowOf = ({ now }: Disk): Ms => startOf(second(now));
