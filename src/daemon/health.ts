/**
 * tocsin's own health, put together: whether it sees, who is told when it does not, the heartbeat that ends then, and
 * what readiness, metrics and the live view show of all that. In: the parts that can be asked. Out: these three.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Engine } from '../detect/engine.ts';
import type { EvaluationStatus } from '../evaluate/status.ts';
import type { Clock } from '../events/event.ts';
import { createAlarm } from '../health/alarm.ts';
import type { Board } from '../health/board.ts';
import { createHealth } from '../health/health.ts';
import type { Heartbeat } from '../health/heartbeat.ts';
import { createHealthMonitor, type HealthMonitor } from '../health/monitor.ts';
import { createProbes } from '../health/probes.ts';
import type { Health } from '../health/report.ts';
import type { Journal } from '../incidents/audit/log.ts';
import type { Intake } from '../intake/intake.ts';
import { channelsOf, logChannel } from '../notify/channels/channels.ts';
import type { Delivery } from '../notify/delivery.ts';
import type { Outbox } from '../notify/outbox/outbox.ts';
import { mentionsFor } from '../notify/slack/mentions.ts';
import type { Target } from '../respond/target.ts';
import type { Delays } from '../windows/delays.ts';
import type { View } from '../windows/view.ts';
import { heartbeatOf } from './edges.ts';

export interface HealthPartsGiven {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly env: NodeJS.ProcessEnv;
  readonly intake: Intake;
  readonly view: View;
  readonly engine: Engine;
  readonly delays: Pick<Delays, 'of' | 'providers'>;
  readonly pauses: () => readonly Target[];
  readonly leading: () => boolean;
  readonly status: Pick<EvaluationStatus, 'storeProblem' | 'lookedAt' | 'alertsWaiting'>;
  readonly board: Board;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly delivery: Pick<Delivery, 'problem'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface HealthParts {
  readonly monitor: HealthMonitor;
  /** Absent when nobody waits for one. */
  readonly heartbeat: Heartbeat | undefined;
  readonly health: () => Health;
}

/** An evaluation that ended longer ago, in ms, does not prove that there is one. */
const FRESH = 10_000;

export const createHealthParts = (given: HealthPartsGiven): HealthParts => {
  const { config, secrets, env, intake, view, engine, leading, status, clock, log } = given;
  const { storeProblem } = status;

  const channels = channelsOf({ config: config.notify, secrets, log });
  const monitor = createHealthMonitor({
    patience: config.blindness,
    board: given.board,
    symptoms: createProbes({
      config,
      intake,
      view,
      engine,
      delays: given.delays,
      pauses: given.pauses,
      leading,
      storeProblem,
      since: clock(),
    }),
    leading,
    outbox: given.outbox,
    journal: given.journal,
    alarm: createAlarm({ channels: channels.length > 0 ? channels : [logChannel(log)], log }),
    mention: (severity, at) =>
      mentionsFor(config.notify.slack?.mentions ?? [], { severity, at, zone: config.detect.zone }),
    clock,
    log,
  });

  const isFresh = () => clock() - (status.lookedAt() ?? 0) < FRESH;
  const heartbeat = heartbeatOf(config, {
    env,
    isWell: () => leading() && isFresh() && monitor.problems().length === 0,
    log,
  });

  const health = createHealth({
    config,
    intake,
    view,
    monitor,
    store: storeProblem,
    delivery: given.delivery.problem,
    heartbeat: () => heartbeat?.problem(),
    waiting: status.alertsWaiting,
    clock,
  });
  return { monitor, heartbeat, health };
};
