import type { Logger } from 'pino';
import { createLeadership } from '../cluster/leadership.ts';
import { heartbeatUrl } from '../config/rules.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { createEngine } from '../detect/engine.ts';
import { createEvaluator } from '../evaluate/evaluator.ts';
import { createWatch, type Moment } from '../evaluate/watch.ts';
import { type Clock, ms, type Second, startOf } from '../events/event.ts';
import { createAlarm } from '../health/alarm.ts';
import { createHealth } from '../health/health.ts';
import { createHeartbeat } from '../health/heartbeat.ts';
import { createProbes } from '../health/measure.ts';
import { createHealthMonitor } from '../health/monitor.ts';
import type { Action } from '../incidents/incident.ts';
import { createIntake, kafkaCredentials } from '../intake/intake.ts';
import type { Ingest } from '../intake/source.ts';
import { createLiveSource } from '../live/source.ts';
import { channelsOf, createChannels, logChannel } from '../notify/channels/channels.ts';
import { mentionsFor } from '../notify/slack/mentions.ts';
import { ratePicture } from '../notify/slack/rate-picture.ts';
import { openActivePauses } from '../respond/active.ts';
import { actuatorsOf } from '../respond/actuators/from-config.ts';
import { createControlTopic } from '../respond/actuators/kafka-topic.ts';
import { createActuators } from '../respond/actuators/run.ts';
import { LATELY } from '../respond/auto-pause.ts';
import { createExecutor } from '../respond/execute.ts';
import type { Pause } from '../respond/gate/gate.ts';
import { createOperators } from '../respond/manual.ts';
import { createModeSwitch } from '../respond/mode.ts';
import { OFFERS } from '../respond/offers.ts';
import { createDecisionContext } from '../respond/situation.ts';
import { createPauseSupervisor } from '../respond/supervise.ts';
import { messageOf } from '../runtime/errors.ts';
import { every } from '../runtime/loop.ts';
import { estimate } from '../windows/distinct.ts';
import { createView } from '../windows/view.ts';
import { createHttp } from './http.ts';
import { openState } from './state.ts';

export interface DaemonOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** The wall clock, or a scenario's own time. */
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly onMoment?: (moment: Moment) => void;
  readonly onAction?: (action: Action) => void;
  /** After each counted batch. */
  readonly onBatch?: () => void;
}

export interface Daemon {
  /** Where the live view listens. */
  readonly url: string;
  /** Feeds records in by hand: the demo's way in. */
  readonly ingest: Ingest;
  readonly claim: (partition: string) => Promise<{ epoch: number; next: number }>;
  readonly pauses: () => readonly Pause[];
  /** Events counted since the start. */
  readonly counted: () => number;
  /** Ends when the files are read to their end; at once when there are none. */
  readonly filesRead: Promise<void>;
  /** Looks at what is there, now. */
  tick(): Promise<void>;
  /** Hands off everything, by a file in the data directory, or on again. Answers whether hands are off now. */
  toggleHandsOff(reason: string): Promise<boolean>;
  /** Everything counted is written, every socket closed; within ten seconds. */
  stop(): Promise<void>;
}

export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { config, secrets, log, clock } = options;
  const state = await openState(config, secrets, log);
  const { store, gate, journal } = state;
  const leadership = createLeadership({ lease: state.lease, clock });
  const active = await openActivePauses({
    gate,
    agreement: state.agreement(config, clock),
    dataDir: config.dataDir,
  });

  // Intake: records become events, events become counts.
  const intake = createIntake({
    config,
    secrets,
    store,
    hmacKey: state.hmacKey,
    clock,
    log,
    onBatch: (events) => {
      live.show(events);
      options.onBatch?.();
    },
    evaluated: () => evaluator.evaluated(),
  });

  // Windows, detectors, incidents: the watch.
  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const watch = createWatch({ engine, view, life: config.incidents });

  // Respond and notify.
  const controlTopic = openControlTopic(config, secrets, log);
  const actuators = actuatorsOf(config.providers, options.env, controlTopic ? [controlTopic] : []);
  const mode = await createModeSwitch({ gate, journal, configured: config.mode, clock, log });
  const executor = createExecutor({
    gate,
    store: state.incidents,
    actuators: createActuators(actuators.of, { log }),
    mode: mode.now,
    clock,
    leads: () => leadership.holds(),
    log,
    onLate: (action) =>
      void evaluator.told(action).catch((error) => log.error({ error: messageOf(error) }, 'not recorded')),
  });
  const buttons = slackButtons(config, secrets);
  const delivery = createChannels({
    config: config.notify,
    secrets,
    outbox: state.outbox,
    log,
    allowed: () => leadership.leading(),
    ...(buttons ? { offers: new Set(OFFERS) } : {}),
    pictureOf: (provider) => ratePicture(provider, live.rates(0)[provider] ?? []),
  });
  const context = createDecisionContext({
    view,
    providers: config.providers,
    active: active.pauses,
    problems: () => [...intake.problems(), ...monitor.problems()],
    isLog: config.intake.kafka !== undefined,
    handsOff: active.handsOffOf,
    isChanging: active.isChanging,
    reaches: actuators.reaches,
  });
  const evaluator = createEvaluator({
    config,
    store,
    watch,
    checkpoint: state.checkpoint,
    leadership,
    incidents: state.incidents,
    journal,
    mailbox: state.mailbox,
    outbox: state.outbox,
    executor,
    mode: () => mode.view().mode,
    context,
    limits: { upTo: 'live', lateness: config.windows.lateness },
    nowAt: () => clock(),
    silentUntil: () => (intake.isBehind() ? (view.watermark ?? startOf(0 as Second)) : clock()),
    clock,
    log,
    onMoment: options.onMoment,
    onAction: options.onAction,
    onAlert: delivery.wake,
  });
  const tend = createPauseSupervisor({
    config,
    view,
    pauses: active.pauses,
    incidents: watch.incidents,
    actions: () => state.incidents.actions(LATELY),
    context,
    executor,
    verify: evaluator.verify,
    told: evaluator.told,
    clock,
  });
  const operators = createOperators({
    incidents: watch.incidents,
    pauses: active.pauses,
    executor,
    gate,
    journal,
    mute: state.outbox.mute,
    told: evaluator.told,
    acknowledge: evaluator.acknowledge,
    refresh: active.refresh,
    clock,
  });

  // Sight: whether tocsin sees, and who is told when it does not.
  let storeProblem: string | undefined;
  const channels = channelsOf({ config: config.notify, secrets, log });
  const monitor = createHealthMonitor({
    patience: config.blindness,
    board: state.board(clock),
    symptoms: createProbes({
      config,
      intake,
      view,
      engine,
      pauses: active.pauses,
      leading: () => leadership.leading(),
      storeProblem: () => storeProblem,
      since: clock(),
    }),
    leading: () => leadership.leading(),
    outbox: state.outbox,
    journal,
    wake: delivery.wake,
    alarm: createAlarm({ channels: channels.length > 0 ? channels : [logChannel(log)], log }),
    mention: (severity, at) =>
      mentionsFor(config.notify.slack?.mentions ?? [], { severity, at, zone: config.detect.zone }),
    clock,
    log,
  });

  let lookedAt = ms(0);
  const heartbeat =
    config.notify.heartbeat &&
    createHeartbeat({
      url: heartbeatUrl(config.notify.heartbeat, options.env),
      settings: config.notify.heartbeat,
      isWell: () => leadership.leading() && clock() - lookedAt < FRESH && monitor.blind().length === 0,
      log,
    });

  // Live: what watchers see, and the orders they give.
  let waiting = 0;
  const health = createHealth({
    config,
    intake,
    view,
    monitor,
    store: () => storeProblem,
    delivery: delivery.problem,
    heartbeat: () => heartbeat?.problem(),
    waiting: () => waiting,
    clock,
  });
  const live = createLiveSource({
    mode: mode.view,
    policy: config.respond,
    clock,
    view,
    engine,
    incidents: watch.incidents,
    pauses: active.pauses,
    handsOff: active.handsOff,
    health,
    orders: { ...operators.orders, setMode: mode.set },
  });
  const server = createHttp({
    config,
    secrets,
    state,
    source: live,
    intake,
    view,
    mode: () => mode.view().mode,
    context,
    leading: leadership.leading,
    problems: () => health().problems,
    slack: buttons,
    buttons: operators.buttons,
    wake: delivery.wake,
    clock,
    log,
  });

  // Everything is there: open the doors, the evaluation first, so that nothing comes in unseen.
  const tick = async () => {
    try {
      await evaluator.tick();
      await Promise.all([active.refresh(), mode.refresh()]);
      if (leadership.leading()) await tend();
      waiting = await state.outbox.size();
      storeProblem = undefined;
      lookedAt = clock();
    } catch (error) {
      storeProblem = `the store does not answer (${messageOf(error)}): nothing new is paused until it does`;
      log.error({ error: messageOf(error) }, 'evaluation failed; it goes on with the next look');
    }
  };
  const evaluation = every(config.detect.every, tick);
  const looking = monitor.start();
  const beating = heartbeat?.start();
  delivery.wake();
  const { url } = await server.listen();
  await intake.start();
  log.info({ url, mode: mode.view().mode }, 'tocsin is watching');

  const stop = async () => {
    await beating?.stop();
    await looking.stop();
    await intake.stop();
    await evaluation.stop();
    await tick();
    await evaluator.save();
    await server.close();
    await delivery.stop();
    await intake.close();
    await controlTopic?.close();
    await state.close();
  };

  return {
    url,
    ingest: intake.ingest,
    claim: intake.claim,
    pauses: active.pauses,
    counted: () => intake.counted().events,
    filesRead: intake.filesRead(),
    tick,
    toggleHandsOff: active.toggle,
    stop,
  };
};

/** An evaluation that ended longer ago, in ms, does not prove that there is one. */
const FRESH = 10_000;

const openControlTopic = ({ intake, respond }: Config, secrets: Secrets, log: Logger) =>
  intake.kafka && respond.controlTopic
    ? createControlTopic({
        topic: respond.controlTopic,
        config: intake.kafka,
        credentials: kafkaCredentials(secrets),
        log,
      })
    : undefined;

/** What buttons in Slack need, when it is all there. */
const slackButtons = ({ notify }: Config, { slackSigningSecret: signingSecret = '' }: Secrets) => {
  const operators = notify.slack?.operators ?? [];
  return signingSecret === '' || operators.length === 0 ? undefined : { signingSecret, operators };
};
