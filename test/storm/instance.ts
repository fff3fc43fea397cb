/**
 * One instance, composed as daemon.ts composes it, on a machine of the simulation: everything it shares is reached
 * through the network, and everything it waits for through its machine's timers. In: the world, the machine, and how
 * calls travel. Out: what can be asked of it from outside.
 */
import { pino } from 'pino';
import { createSoleAgreement } from '../../src/cluster/agreement.ts';
import { createLeadership } from '../../src/cluster/leadership.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { createEvaluator } from '../../src/evaluate/evaluator.ts';
import { createEvaluationLoop } from '../../src/evaluate/loop.ts';
import { createReportDelays } from '../../src/evaluate/report-delays.ts';
import { createEvaluationStatus } from '../../src/evaluate/status.ts';
import { createWatch } from '../../src/evaluate/watch.ts';
import { type Second, startOf } from '../../src/events/event.ts';
import { createConsents } from '../../src/fold/consents.ts';
import { foldFrom } from '../../src/fold/from-config.ts';
import { createAlarm } from '../../src/health/alarm.ts';
import { hidesArrival } from '../../src/health/blindness.ts';
import { createHealthMonitor } from '../../src/health/monitor.ts';
import { createProbes } from '../../src/health/probes.ts';
import { journaled } from '../../src/incidents/audit/journaled.ts';
import { remembering } from '../../src/incidents/store-cached.ts';
import { createArrivals } from '../../src/intake/arrivals.ts';
import { createBackpressure } from '../../src/intake/backpressure.ts';
import { createIngest } from '../../src/intake/ingest.ts';
import { createProblems } from '../../src/intake/problems.ts';
import { SendError, type Sender } from '../../src/notify/channels/sender.ts';
import { createDelivery } from '../../src/notify/delivery.ts';
import { firstView } from '../../src/notify/outbox/views.ts';
import { waking } from '../../src/notify/outbox/waking.ts';
import { createToldOnce } from '../../src/notify/slack/once-told.ts';
import { openActivePauses } from '../../src/respond/active.ts';
import { LATELY } from '../../src/respond/auto-pause.ts';
import { createExecutor } from '../../src/respond/execute.ts';
import type { HandsOffSwitch } from '../../src/respond/hands-off.ts';
import { createModeSwitch } from '../../src/respond/mode.ts';
import { createDecisionContext } from '../../src/respond/situation.ts';
import { createPauseSupervisor } from '../../src/respond/supervise.ts';
import { messageOf } from '../../src/runtime/errors.ts';
import type { Timers } from '../../src/runtime/timers.ts';
import type { Random } from '../../src/simulate/random.ts';
import { estimate } from '../../src/windows/distinct.ts';
import type { WindowStore } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';
import { createConsumer } from './consumer.ts';
import type { Machine } from './machine.ts';
import { type Carry, Limited, through } from './network.ts';
import type { World } from './world.ts';

export type Instance = Awaited<ReturnType<typeof startInstance>>;

/** How the calls of one machine travel, to each server that it knows. */
export interface Lines {
  readonly redis: Carry;
  readonly kafka: Carry;
  readonly slack: Carry;
}

/** A record that has waited to be read for so long, in ms, says nothing about when its sender sent it: see daemon.ts. */
const CURRENT = 10_000;
const TOPIC = 'sms';
const HMAC_KEY = 'a key for the storm';
const silent = pino({ level: 'silent' });
const noFiles: HandsOffSwitch = {
  of: () => undefined,
  read: async () => {},
  toggle: async () => ({ isOff: false }),
};

/** Rejects when what it has to read first does not answer, as a process that ends and is started again. */
export const startInstance = async (world: World, machine: Machine, lines: Lines, random: Random) => {
  const { config } = world;
  const { clock, timers, name } = machine;
  const log = silent;

  // The shared state, as this machine reaches it.
  const store: WindowStore = through('windows', asPort(world.store), lines.redis);
  const gate = through('gate', world.gate, lines.redis);
  const journal = through('journal', world.journal, lines.redis);
  const incidents = journaled(remembering(through('incidents', world.incidents, lines.redis), log), journal);
  const mailbox = through('mailbox', world.mailbox, lines.redis);
  const rawOutbox = through('outbox', world.outbox, lines.redis);
  const board = through('board', world.board(name), lines.redis);
  const lease = through('lease', world.lease.of(name), lines.redis);
  const checkpoint = through('checkpoint', world.checkpoint, lines.redis);

  const leadership = createLeadership({ lease, clock, timers });
  const status = createEvaluationStatus();
  const agreement = createSoleAgreement();
  const active = await openActivePauses({ gate, agreement, dataDir: '', files: noFiles });
  const mode = await createModeSwitch({ gate, journal, configured: config.mode, clock, log });

  // Intake.
  const consents = createConsents(config.detect.stop);
  const arrivals = createArrivals(config.blindness.clock, (provider) => delays.usual(provider) ?? 0);
  const ingest = createIngest({
    fold: foldFrom(config, { hmacKey: HMAC_KEY, consents }),
    store,
    deadLetters: { put: async () => {} },
    parse: { preset: config.intake.preset, maxRecord: config.intake.maxRecord },
    clock,
    maxAhead: config.intake.maxAhead,
    onBatch: (events, rejected) => arrivals.note(events, rejected, clock()),
    log,
  });
  const problems = createProblems(log);
  const { lateness } = config.windows;
  const consumer = createConsumer({
    name,
    config: kafkaOf(config),
    log: through('log', { fetch: world.log.fetch, extents: world.log.extents }, lines.kafka),
    group: through('group', world.group, lines.kafka),
    claim: async (partition) => {
      const claimed = await store.claim(partition);
      consents.take(partition, await store.consent(partition), claimed.next);
      return claimed;
    },
    ingest,
    backpressure: createBackpressure({ evaluated: status.evaluated, lateness, clock }),
    clock,
    lateness,
    patience: config.blindness.lag,
    problems,
    timers,
    poll: 300 + random.below(500),
  });
  const intake = {
    isFed: () => true,
    lag: consumer.lag,
    waiting: consumer.waiting,
    found: problems.found,
    arrived: arrivals.lately,
  };

  // The watch.
  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const watch = createWatch({ engine, view, life: config.incidents });
  const delays = createReportDelays({
    view,
    isCurrent: () => consumer.waiting() < CURRENT && !monitor.blind().some(hidesArrival),
  });

  // Respond.
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
  const told = createToldOnce(through('slack', world.slack.calls, lines.slack), {
    problemOf: slackProblem,
    log,
  });
  const send: Sender = {
    deliver: async (entry, thread, { doubtful = false } = {}) => {
      try {
        return await told(entry, thread, doubtful);
      } catch (error) {
        throw new SendError(slackProblem(error));
      }
    },
  };
  const delivery = createDelivery({
    outbox: firstView(rawOutbox, []),
    send,
    editEvery: config.notify.slack?.editEvery ?? 0,
    log,
    allowed: leadership.leading,
    random: random.unit,
    timers: { now: timers.now, sleep: (length, signal) => napOn(timers, length, signal) },
  });
  const outbox = waking(rawOutbox, delivery.wake);

  // Health.
  const monitor = createHealthMonitor({
    patience: config.blindness,
    board,
    symptoms: createProbes({
      config,
      intake,
      view,
      engine,
      delays,
      pauses: active.pauses,
      leading: leadership.leading,
      storeProblem: status.storeProblem,
      since: clock(),
    }),
    leading: leadership.leading,
    outbox,
    journal,
    alarm: createAlarm({ channels: [{ id: 'slack', name: 'Slack', send }], log }),
    clock,
    log,
    random: random.unit,
    timers,
  });

  // Evaluate.
  const context = createDecisionContext({
    view,
    providers: config.providers,
    active: active.pauses,
    reaches: () => true,
    service: {
      problems: () => [...problems.list(), ...monitor.problems()],
      isLog: true,
      handsOff: active.handsOffOf,
      isChanging: active.isChanging,
      clock,
    },
    delays,
  });
  const evaluator = createEvaluator({
    config,
    leadership,
    status,
    store,
    watch,
    checkpoint,
    incidents,
    journal,
    mailbox,
    outbox,
    executor,
    mode: () => mode.view().mode,
    context,
    delays,
    limits: { lateness },
    nowAt: (_second: Second) => clock(),
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
      if (leadership.leading()) await supervise();
    },
    outbox,
    status,
    clock,
    log,
    timers,
  });

  delivery.wake();
  const looking = evaluation.start();
  const reading = consumer.start();
  const monitoring = monitor.start();

  return {
    name,
    machine,
    isLeading: leadership.leading,
    token: leadership.token,
    problems: () => [...problems.list(), ...monitor.problems()],
    storeProblem: status.storeProblem,
    acknowledge: evaluator.acknowledge,
    /** Ends as a process that was asked to: see start.ts. What does not answer by then is left to the next one. */
    stop: async (): Promise<void> => {
      await Promise.all([monitoring.stop(), reading.stop()]);
      await looking.stop();
      await evaluation.look().catch(() => undefined);
      await evaluator.save().catch(() => undefined);
      await delivery.stop();
      await lease.release().catch(() => undefined);
    },
  };
};

const asPort = ({ claim, consent, apply, read, evaluated, close }: WindowStore): WindowStore => ({
  claim,
  consent,
  apply,
  read,
  evaluated,
  close,
});

const kafkaOf = (config: World['config']) => {
  const { kafka } = config.intake;
  if (!kafka) throw new Error(`the configuration reads no ${TOPIC}`);
  return kafka;
};

const slackProblem = (error: unknown) => {
  if (error instanceof SendError) return error.problem;
  if (error instanceof Limited) return { kind: 'rate_limited', retryAfter: error.retryAfter } as const;
  return { kind: 'unreachable', why: messageOf(error) } as const;
};

/** Ends after `length` ms, or when the signal says so. */
const napOn = (timers: Timers, length: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(length, end);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
