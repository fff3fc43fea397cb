/**
 * The composition root: the only file that knows every part. Read it downwards: it is the way of an event.
 */
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import { defaultProvider } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import { loadTokens } from './config/tokens.ts';
import { createEngine } from './detect/engine.ts';
import { createEvaluator } from './evaluate.ts';
import { type Clock, type MessageEvent, ms, type Second, type SmsEvent, startOf } from './events/event.ts';
import { maskDigits } from './events/mask.ts';
import { createIsQuiet } from './events/quiet-hours.ts';
import { createStopWords } from './events/stop-words.ts';
import type { Action } from './incidents/incident.ts';
import { createAccept } from './intake/accept.ts';
import { registerAnnouncements } from './intake/announce.ts';
import { createFileDeadLetters } from './intake/dead-letters-file.ts';
import { createKafkaDeadLetters } from './intake/dead-letters-kafka.ts';
import { registerEventIntake } from './intake/http.ts';
import { createHttpQueue } from './intake/http-queue.ts';
import { createKafkaIntake } from './intake/kafka.ts';
import { readLines } from './intake/lines.ts';
import type { Accept } from './intake/source.ts';
import { registerAudit } from './live/audit.ts';
import type { Health } from './live/feed.ts';
import { registerProbe } from './live/probe.ts';
import { createAudit } from './live/record.ts';
import { createLiveServer } from './live/server.ts';
import { createLiveSource } from './live/source.ts';
import { every } from './loop.ts';
import { createChannels } from './notify/channels.ts';
import { createOrders, offersOf } from './notify/orders.ts';
import { ratePicture } from './notify/rate-picture.ts';
import { registerSlackInteractions } from './notify/slack-interactions.ts';
import { createActuators } from './respond/actuator-run.ts';
import { createControlTopic } from './respond/actuator-topic.ts';
import { actuatorsOf } from './respond/actuators.ts';
import { createExecutor, type Order } from './respond/execute.ts';
import type { Pause } from './respond/gate.ts';
import { createModeSwitch } from './respond/mode.ts';
import { createSituation } from './situation.ts';
import { openState } from './state.ts';
import { createWatch, type Moment } from './watch.ts';
import { createConsents } from './windows/consents.ts';
import { estimate } from './windows/distinct.ts';
import { createFold } from './windows/fold.ts';
import { createRecipientKey } from './windows/recipient-key.ts';
import type { WindowStore } from './windows/store.ts';
import { createView } from './windows/view.ts';

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
  readonly accept: Accept;
  readonly claim: (partition: string) => Promise<{ epoch: number; next: number }>;
  readonly pauses: () => readonly Pause[];
  /** Events counted since the start. */
  readonly counted: () => number;
  /** Ends when the files are read to their end; at once when there are none. */
  readonly filesRead: Promise<void>;
  /** Looks at what is there, now. */
  tick(): Promise<void>;
  /** Everything counted is written, every socket closed; within ten seconds. */
  stop(): Promise<void>;
}

export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { config, secrets, log, clock } = options;
  const state = await openState(config, secrets, log);
  const { store, gate } = state;

  // Intake: records become events, events become counts.
  const kafka = config.intake.kafka;
  const credentials =
    secrets.kafkaUsername && secrets.kafkaPassword
      ? { username: secrets.kafkaUsername, password: secrets.kafkaPassword }
      : undefined;
  const deadLetters = kafka
    ? createKafkaDeadLetters({ config: kafka, credentials, log })
    : createFileDeadLetters(`${config.dataDir}/dead-letters.ndjson`);
  const consents = createConsents(config.detect.stop);
  const fold = createFold({
    isQuiet: createIsQuiet(config.detect.quietHours),
    categoryOf: categoryFrom(config),
    recipientKey: createRecipientKey(state.hmacKey),
    maskText: maskDigits,
    stopWords: createStopWords(config.detect.stop),
    consents,
    probe: config.probe.stop,
  });
  const counted = { events: 0, rejected: 0 };
  const onBatch = (events: readonly SmsEvent[], rejected: number) => {
    counted.events += events.length;
    counted.rejected += rejected;
    live.show(events);
    options.onBatch?.();
  };
  const accept = createAccept({
    fold,
    store,
    deadLetters,
    parse: { preset: config.intake.preset, maxRecord: config.intake.maxRecord },
    clock,
    maxAhead: config.intake.maxAhead,
    onBatch,
    log,
  });
  /** Who opted out is known to whoever reads a partition: it goes on with what was known of it. */
  const claim: WindowStore['claim'] = async (partition) => {
    const claimed = await store.claim(partition);
    consents.take(partition, await store.consent(partition));
    return claimed;
  };

  let readingFiles = config.intake.files.length > 0;

  // Windows, detectors, incidents: the watch.
  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const watch = createWatch({ engine, view, life: config.incidents });

  // Respond and notify.
  const { controlTopic: topic } = config.respond;
  const controlTopic =
    kafka && topic ? createControlTopic({ topic, config: kafka, credentials, log }) : undefined;
  const actuators = createActuators(
    actuatorsOf(config.providers, options.env, controlTopic ? [controlTopic] : []),
    { log },
  );
  const mode = await createModeSwitch({
    gate,
    journal: state.journal,
    configured: config.mode,
    clock,
    log,
  });
  const executor = createExecutor({
    gate,
    store: state.incidents,
    actuators,
    mode: mode.now,
    clock,
    log,
    onLate: (action) =>
      void evaluator.told(action).catch((error) => log.error({ error: messageOf(error) }, 'not recorded')),
  });
  const buttons = createOrders({
    incidents: watch.incidents,
    acknowledge: (incident, by) => evaluator.acknowledge(incident, by),
    resume: async (provider, reason, by) => {
      const { refused } = await order('resume', { provider, reason, by });
      if (refused !== undefined) throw new Error(refused);
    },
    mute: state.outbox.mute,
  });
  const signingSecret = secrets.slackSigningSecret ?? '';
  const operators = config.notify.slack?.operators ?? [];
  const isAsked = signingSecret !== '' && operators.length > 0;
  const delivery = createChannels({
    config: config.notify,
    secrets,
    outbox: state.outbox,
    log,
    allowed: () => evaluator.leading(),
    ...(isAsked ? { offers: offersOf(buttons) } : {}),
    pictureOf: (provider) => ratePicture(provider, live.rates(0)[provider] ?? []),
  });
  const evaluator = createEvaluator({
    config,
    store,
    watch,
    memory: state.memory,
    lease: state.lease,
    incidents: state.incidents,
    journal: state.journal,
    outbox: state.outbox,
    executor,
    mode: () => mode.view().mode,
    situation: createSituation({
      view,
      providers: config.providers,
      standing: () => pauses,
      problems: () => intake?.problems() ?? [],
      isLog: kafka !== undefined,
      handsOff: () => undefined,
    }),
    limits: { upTo: 'live', lateness: config.windows.lateness },
    nowAt: () => clock(),
    silentUntil: () => (kafka || readingFiles ? (view.watermark ?? startOf(0 as Second)) : clock()),
    clock,
    log,
    onMoment: options.onMoment,
    onAction: options.onAction,
    onAlert: delivery.wake,
  });

  // Live: what watchers see, and the orders they give.
  let pauses: readonly Pause[] = await gate.list();
  let handsOff = await gate.handsOff();
  let storeProblem: string | undefined;
  let waiting = 0;
  const refresh = async () => {
    pauses = await gate.list();
    handsOff = await gate.handsOff();
    await mode.refresh();
    waiting = await state.outbox.size();
  };
  const health = (): Health => ({
    problems: [storeProblem, delivery.problem(), ...(intake?.problems() ?? [])].filter(
      (p) => p !== undefined,
    ),
    eventsCounted: counted.events,
    deadLetters: counted.rejected,
    outbox: waiting,
    lag: intake?.lag() ?? 0,
  });
  const order = async (
    action: 'pause' | 'resume',
    given: Omit<Order, 'incident' | 'at'>,
  ): Promise<Action> => {
    const incident = watch
      .incidents()
      .find((one) => one.provider === given.provider && one.status !== 'resolved');
    const carriedOut = await executor[action]({ ...given, incident: incident?.id ?? null, at: clock() });
    await evaluator.told(carriedOut);
    await refresh();
    return carriedOut;
  };
  const live = createLiveSource({
    mode: mode.view,
    policy: config.respond,
    clock,
    view,
    engine,
    incidents: watch.incidents,
    pauses: () => pauses,
    handsOff: () => handsOff,
    health,
    orders: {
      pause: (target, { for: lasting, ...given }) => {
        const until = lasting === undefined ? null : ms(clock() + lasting);
        return order('pause', { ...target, ...given, until });
      },
      resume: (target, given) => order('resume', { ...target, ...given }),
      handsOff: async (on, given) => {
        await gate.setHandsOff(on ? { ...given, since: clock() } : null);
        log.info({ on, ...given }, 'hands off');
        await refresh();
      },
      setMode: mode.set,
      acknowledge: (incident, by) => evaluator.acknowledge(incident, by),
    },
  });
  const server = createLiveServer({
    source: live,
    config: config.live,
    tokens: loadTokens(config.live, secrets),
    audit: createAudit({ journal: state.journal, log }),
    clock,
    log,
    register: (app: FastifyInstance) => {
      const { enabled, maxBody } = config.intake.http;
      const queue = createHttpQueue({ accept, claim, partition: `http:${hostname()}` });
      registerAnnouncements(app, { queue, clock });
      registerProbe(app, { probe: config.probe.stop, view });
      registerAudit(app, state.journal);
      if (isAsked)
        registerSlackInteractions(app, {
          signingSecret,
          operators,
          orders: buttons,
          once: state.once,
          say: async (incident, text) => {
            await state.outbox.put([{ incident, kind: 'reply', text, severity: 'warning', mute: 'passes' }]);
            delivery.wake();
          },
          clock,
          log,
        });
      if (enabled) registerEventIntake(app, { queue, maxBody, maxRecord: config.intake.maxRecord });
    },
  });

  // Everything is there: open the doors, the evaluation first, so that nothing comes in unseen.
  const tick = async () => {
    try {
      await evaluator.tick();
      await refresh();
      storeProblem = undefined;
    } catch (error) {
      storeProblem = `the store does not answer (${messageOf(error)}): nothing new is paused until it does`;
      log.error({ error: messageOf(error) }, 'evaluation failed; it goes on with the next look');
    }
  };
  const evaluation = every(config.detect.every, tick);
  const stopping = new AbortController();
  const intake = kafka
    ? createKafkaIntake({
        config: kafka,
        credentials,
        claim,
        accept,
        clock,
        lateness: config.windows.lateness,
        log,
      })
    : undefined;
  delivery.wake();
  const { url } = await server.listen();
  await intake?.start();
  const filesRead = readFiles({ config, claim, accept, signal: stopping.signal, log }).finally(() => {
    readingFiles = false;
  });
  log.info({ url, mode: mode.view().mode }, 'tocsin is watching');

  const stop = async () => {
    stopping.abort();
    await intake?.stop();
    await filesRead;
    await evaluation.stop();
    await tick();
    await evaluator.save();
    await server.close();
    await delivery.stop();
    await deadLetters.close();
    await controlTopic?.close();
    await state.close();
  };

  return { url, accept, claim, pauses: () => pauses, counted: () => counted.events, filesRead, tick, stop };
};

/** The event's own category, else its campaign's, else its provider's. */
export const categoryFrom = (config: Config) => (event: MessageEvent) =>
  event.category ??
  (event.campaign === undefined ? undefined : config.campaigns[event.campaign]?.category) ??
  (config.providers[event.provider] ?? defaultProvider).category;

const readFiles = async (parts: {
  config: Config;
  claim: Daemon['claim'];
  accept: Accept;
  signal: AbortSignal;
  log: Logger;
}): Promise<void> => {
  const { config, ...rest } = parts;
  for (const path of config.intake.files) {
    const partition = path === '-' ? 'stdin' : `file:${path}`;
    const input = path === '-' ? { stream: process.stdin } : { path };
    await readLines({ ...input, partition, maxRecord: config.intake.maxRecord, ...rest });
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
