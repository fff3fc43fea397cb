/**
 * The whole chain, tried against the real configuration without touching real traffic. In: the configuration, the
 * environment, a provider. Out: a row for each step. Read it downwards: it goes the way of an event.
 */
import { pino } from 'pino';
import { requireAgreement } from '../../config/rules.ts';
import type { Config } from '../../config/schema.ts';
import type { Secrets } from '../../config/secrets.ts';
import { type Ms, ms } from '../../events/event.ts';
import { entryOfDrill } from '../../incidents/audit/entries.ts';
import { createRedisJournal } from '../../incidents/audit/redis.ts';
import { kafkaCredentials } from '../../intake/kafka/client.ts';
import { channelsOf } from '../../notify/channels/channels.ts';
import { actuatorsOf } from '../../respond/actuators/from-config.ts';
import { createControlTopic } from '../../respond/actuators/kafka-topic.ts';
import { createRedisGate } from '../../respond/gate/redis.ts';
import type { Target } from '../../respond/target.ts';
import { messageOf } from '../../runtime/errors.ts';
import { callDaemon } from '../api.ts';
import { tryActuator } from './actuators.ts';
import { tryChannel } from './channels.ts';
import { judgeRails, railsWithoutDaemon, tryDaemon, viewOf } from './daemon.ts';
import { detect } from './detection.ts';
import { tryDaemonGate, tryRedisGate } from './gate.ts';
import { reachKafka } from './kafka.ts';
import { summaryOf } from './report.ts';
import { type DrillRedis, openRedis, tryDataDir, tryRedis } from './state.ts';
import { createSteps, failed, type Row, type StepOutcome, type Steps, skipped } from './step.ts';

/** A drill of one provider. */
export interface Drill {
  readonly provider: string;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly env: NodeJS.ProcessEnv;
  /** Where the daemon listens. */
  readonly url: string;
  /** The name of who runs it, for the journal. */
  readonly by: string;
  /** Whether nothing is sent to people. */
  readonly quiet: boolean;
  readonly onRow: (row: Row) => void;
  readonly now?: () => Ms;
}

/** Runs a drill step by step; when the configuration will not do, that is the only row. Never rejects. */
export const runDrill = async (drill: Drill): Promise<readonly Row[]> => {
  const { config, secrets, provider } = drill;
  const steps = createSteps(drill.onRow);
  const { step } = steps;
  const agrees = await step('configuration', 'correct it', async () => checkConfiguration(drill));
  if (!agrees) return steps.rows;

  const redis = config.redis && openRedis(config.redis, secrets);
  try {
    await step('Kafka', 'see that it runs, and check intake.kafka and its credentials', () =>
      reachKafka(config.intake.kafka, secrets),
    );
    const keeps = redis
      ? await step('Redis', 'see that it runs, and check redis', () => tryRedis(redis))
      : await step('data directory', 'let tocsin write to dataDir, and see the disk', () =>
          tryDataDir(config.dataDir),
        );
    const reached = redis && keeps ? redis : undefined;
    const view = await step('daemon', 'see its log', () => tryDaemon(drill.url, provider, config));
    const meant = await step('detection', 'tell whoever keeps tocsin', () => detect(config, provider));
    const target = meant ?? { provider };
    await step('guardrails', 'see the log of the daemon', async () =>
      judgeRails(
        view
          ? { ...(await viewOf(drill.url, target)), source: 'as the daemon sees it' }
          : await railsWithoutDaemon(config, target, reached && createRedisGate(reached)),
      ),
    );
    await step('gate', 'see that Redis takes writes, and the log of the daemon', () =>
      tryGate(drill, { reached, hasDaemon: view !== undefined }),
    );
    const isPaused = view?.against.some(({ guardrail }) => guardrail === 'paused') ?? false;
    await tryActuators(steps, drill, { target, isPaused });
    await tryChannels(steps, drill);
    await step('journal', 'see the log of the daemon', () =>
      writeDown(drill, steps.rows, { reached, hasDaemon: view !== undefined }),
    );
    return steps.rows;
  } finally {
    redis?.redis.disconnect();
  }
};

/** What a drill has reached: Redis, when it is configured and takes writes, and the daemon. */
interface Reached {
  readonly reached: DrillRedis | undefined;
  readonly hasDaemon: boolean;
}

const nowOf = ({ now = () => ms(Date.now()) }: Drill): Ms => now();

const checkConfiguration = ({ config, secrets, env, provider }: Drill): StepOutcome<true> => {
  const known = Object.keys(config.providers);
  if (known.length > 0 && !known.includes(provider))
    return failed(`providers has no ${provider}, but ${known.join(', ')}`, 'name one of these, or add it');
  try {
    requireAgreement(config, secrets, env);
  } catch (error) {
    return failed(messageOf(error), 'correct it; tocsin check FILE shows what is in effect');
  }
  const how = known.length > 0 ? '' : `; ${provider} is not in it, and has the defaults`;
  return { state: 'ok', says: `${config.mode}, and the secrets it needs are set${how}`, value: true };
};

const tryGate = async (drill: Drill, { reached, hasDaemon }: Reached): Promise<StepOutcome> => {
  const { config, provider, by } = drill;
  if (config.redis)
    return reached ? tryRedisGate(reached, { provider, by, at: nowOf(drill) }) : skipped('no Redis');
  if (config.respond.controlTopic !== undefined)
    return skipped('without Redis, an order would go on the control topic too');
  return hasDaemon
    ? tryDaemonGate(drill.url, { provider, by })
    : skipped('without Redis it is in the daemon, and none answers');
};

const tryActuators = async (
  { step }: Steps,
  drill: Drill,
  { target, isPaused }: { readonly target: Target; readonly isPaused: boolean },
): Promise<void> => {
  const { config, secrets, env, provider } = drill;
  const { kafka } = config.intake;
  const { controlTopic: topic } = config.respond;
  const log = pino({ level: 'silent' });
  const credentials = kafkaCredentials(secrets);
  const control = kafka && topic ? createControlTopic({ topic, config: kafka, credentials, log }) : undefined;
  const actuators = actuatorsOf(config.providers, env, control ? [control] : []).of(provider);
  const configured = config.providers[provider]?.actuators ?? [];
  const now = nowOf(drill);
  for (const [index, actuator] of actuators.entries()) {
    const campaigns = campaignsIn(configured[index]).map((campaign): Target => ({ provider, campaign }));
    await step(actuator.name, 'check its settings', () =>
      tryActuator(actuator, [target, { provider }, ...campaigns], { isPaused, now }),
    );
  }
  if (actuators.length === 0)
    await step('actuators', '', async () => skipped('none: the gate alone stops your senders'));
  await control?.close();
};

/** The campaigns whose ids an actuator is configured with. */
const campaignsIn = (actuator: Config['providers'][string]['actuators'][number] | undefined): string[] =>
  actuator && 'ids' in actuator && typeof actuator.ids === 'object' ? Object.keys(actuator.ids) : [];

const tryChannels = async ({ step }: Steps, drill: Drill): Promise<void> => {
  const { config, secrets, provider, by, quiet } = drill;
  const channels = channelsOf({ config: config.notify, secrets, log: pino({ level: 'silent' }) });
  if (channels.length === 0)
    await step('channels', '', async () => skipped('none is configured: alerts are logged only'));
  for (const channel of channels)
    await step(channel.name, 'check its address', async () =>
      quiet ? skipped('nothing is sent (--quiet)') : tryChannel(channel, { provider, by, now: nowOf(drill) }),
    );
};

/** Writes the outcome into the journal, through the daemon, whom an embedded one belongs to, else in Redis. */
const writeDown = async (
  drill: Drill,
  rows: readonly Row[],
  { reached, hasDaemon }: Reached,
): Promise<StepOutcome> => {
  const { url, provider, by } = drill;
  const failures = rows.flatMap((row) => (row.state === 'failed' ? row.step : []));
  const outcome = { by, says: `drill of ${provider}: ${summaryOf(rows)}`, failed: failures };
  if (hasDaemon) await callDaemon(url, `/v1/drill/${encodeURIComponent(provider)}`, outcome);
  else if (reached)
    await createRedisJournal(reached).append([entryOfDrill({ ...outcome, provider, at: nowOf(drill) })]);
  else return skipped('neither a daemon nor Redis answers, and one of them keeps it');
  return { state: 'ok', says: 'this drill is in it' };
};
