/**
 * One instance, composed as daemon.ts composes it, on a machine of the simulation: everything it shares is reached
 * through the network, and everything it waits for through its machine's timers. In: the world, the machine, and how
 * calls travel. Out: what can be asked of it from outside.
 */
import { createSoleAgreement } from '../../src/cluster/agreement.ts';
import { createLeadership } from '../../src/cluster/leadership.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { createEvaluator } from '../../src/evaluate/evaluator.ts';
import { createEvaluationLoop } from '../../src/evaluate/loop.ts';
import { createReportDelays } from '../../src/evaluate/report-delays.ts';
import { createEvaluationStatus } from '../../src/evaluate/status.ts';
import { createWatch } from '../../src/evaluate/watch.ts';
import { type Second, startOf } from '../../src/events/event.ts';
import { createAlarm } from '../../src/health/alarm.ts';
import { hidesArrival } from '../../src/health/blindness.ts';
import { createHealthMonitor } from '../../src/health/monitor.ts';
import { createProbes } from '../../src/health/probes.ts';
import { openActivePauses } from '../../src/respond/active.ts';
import { LATELY } from '../../src/respond/auto-pause.ts';
import { createExecutor } from '../../src/respond/execute.ts';
import type { HandsOffSwitch } from '../../src/respond/hands-off.ts';
import { createModeSwitch } from '../../src/respond/mode.ts';
import { createDecisionContext } from '../../src/respond/situation.ts';
import { createPauseSupervisor } from '../../src/respond/supervise.ts';
import type { Random } from '../../src/simulate/random.ts';
import { estimate } from '../../src/windows/distinct.ts';
import { createView } from '../../src/windows/view.ts';
import { silent as log } from '../support/offset-store.ts';
import type { Machine } from './machine.ts';
import { type Lines, reachOf } from './reach.ts';
import { createReading } from './reading.ts';
import { createTelling } from './telling.ts';
import type { World } from './world.ts';

export type Instance = Awaited<ReturnType<typeof startInstance>>;

/** A record that has waited to be read for so long, in ms, says nothing about when its sender sent it: see daemon.ts. */
const CURRENT = 10_000;
const noFiles: HandsOffSwitch = {
  of: () => undefined,
  read: async () => {},
  toggle: async () => ({ isOff: false }),
};

/** Rejects when what it has to read first does not answer, as a process that ends and is started again. */
export const startInstance = async (world: World, machine: Machine, lines: Lines, random: Random) => {
  const { config } = world;
  const { clock, timers, name } = machine;

  // What all parts share.
  const reach = reachOf(world, machine, lines);
  const { store, gate, journal, incidents, mailbox } = reach;
  const leadership = createLeadership({ lease: reach.lease, clock, timers });
  const status = createEvaluationStatus();
  const agreement = createSoleAgreement();
  const active = await openActivePauses({ gate, agreement, dataDir: '', files: noFiles });
  const mode = await createModeSwitch({ gate, journal, configured: config.mode, clock, log });

  // Intake.
  const intake = createReading({
    config,
    machine,
    reach,
    evaluated: status.evaluated,
    usualDelay: (provider) => delays.usual(provider) ?? 0,
    poll: 300 + random.below(500),
  });

  // Windows, detection, incidents: the watch.
  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const watch = createWatch({ engine, view, life: config.incidents });
  const delays = createReportDelays({
    view,
    isCurrent: () => intake.waiting() < CURRENT && !monitor.blind().some(hidesArrival),
  });

  // Respond. Actuators wait by the machine's own clock, and are left out.
  const executor = createExecutor({
    gate,
    store: incidents,
    actuators: { run: () => [] },
    mode: mode.now,
    clock,
    leads: leadership.holds,
    log,
    timers,
    onLate: (action) => void mailbox.pass({ kind: 'acted', action }).catch(() => undefined),
  });

  // Notify.
  const { leading } = leadership;
  const { send, delivery, outbox } = createTelling({ config, reach, timers, leading, random: random.unit });

  // Health.
  const monitor = createHealthMonitor({
    patience: config.blindness,
    board: reach.board,
    symptoms: createProbes({
      config,
      intake,
      view,
      engine,
      delays,
      pauses: active.pauses,
      leading,
      storeProblem: status.storeProblem,
      since: clock(),
    }),
    leading,
    outbox,
    journal,
    alarm: createAlarm({ channels: [{ id: 'slack', name: 'Slack', send }], log }),
    clock,
    log,
    random: random.unit,
    timers,
  });
  const problems = () => [...intake.problems(), ...monitor.problems()];

  // Evaluate.
  const context = createDecisionContext({
    view,
    providers: config.providers,
    active: active.pauses,
    reaches: () => true,
    service: { problems, isLog: true, handsOff: active.handsOffOf, isChanging: active.isChanging, clock },
    delays,
  });
  const evaluator = createEvaluator({
    config,
    leadership,
    status,
    store,
    watch,
    checkpoint: reach.checkpoint,
    incidents,
    journal,
    mailbox,
    outbox,
    executor,
    mode: () => mode.view().mode,
    context,
    delays,
    limits: { lateness: config.windows.lateness },
    nowAt: () => clock(),
    silentUntil: () => view.watermark ?? startOf(0 as Second),
    clock,
    log,
    letOthersRun: async () => {},
  });
  const supervise = createPauseSupervisor({
    config,
    view,
    pauses: active.pauses,
    incidents: watch.incidents,
    actions: () => incidents.actions(LATELY),
    context,
    executor,
    verify: evaluator.verify,
    told: evaluator.told,
    clock,
  });
  const evaluation = createEvaluationLoop({
    every: config.detect.every,
    evaluator,
    follow: async () => {
      await Promise.all([active.refresh(), mode.refresh()]);
      if (leading()) await supervise();
    },
    outbox,
    status,
    clock,
    log,
    timers,
  });

  // In the order of start.ts.
  delivery.wake();
  const looking = evaluation.start();
  const reading = intake.start();
  const monitoring = monitor.start();

  return {
    name,
    machine,
    isLeading: leading,
    problems,
    acknowledge: evaluator.acknowledge,
    /** Ends as a process that was asked to: see start.ts. What does not answer by then is left to the next one. */
    stop: async (): Promise<void> => {
      await monitoring.stop();
      await reading.stop();
      await looking.stop();
      await evaluation.look().catch(() => undefined);
      await evaluator.save().catch(() => undefined);
      await delivery.stop();
      await reach.lease.release().catch(() => undefined);
    },
  };
};
