/**
 * What Prometheus may know: read from the live state at each scrape, so that nothing is counted twice.
 * In: the source and the number of watchers. Out: the text of /metrics. Labels are provider names, severities and causes
 * of blindness only.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import { CAUSES } from '../health/blindness.ts';
import type { LiveSource } from './feed.ts';

export interface LiveMetrics {
  readonly contentType: string;
  /** Reads the source, then writes every metric of the registry. */
  scrape(): Promise<string>;
}

/** Registers tocsin's own metrics; `registry` may hold others, which are written as well. */
export const createLiveMetrics = (options: {
  source: LiveSource;
  watchers: () => number;
  registry?: Registry;
}): LiveMetrics => {
  const { source, watchers, registry = new Registry() } = options;
  const registers = [registry];
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });

  const events = counter('tocsin_events_total', 'Events counted since the start.');
  const others = new Counter({
    name: 'tocsin_other_channels_total',
    help: 'Events since the start that were no SMS, by channel.',
    labelNames: ['channel'],
    registers,
  });
  const deadLetters = counter('tocsin_dead_letters_total', 'Records that could not be read since the start.');
  const beyond = counter(
    'tocsin_names_beyond_total',
    'Times a name was counted under (other) since there were too many.',
  );
  const warnings = gauge('tocsin_warnings', 'What should be looked into, and does not blind it.');
  const lag = gauge('tocsin_lag_records', 'Records behind the newest, over all partitions.');
  const outbox = gauge('tocsin_outbox_alerts', 'Alerts that wait to be taken.');
  const problems = gauge('tocsin_problems', 'Reasons why tocsin may be blind.');
  const blind = gauge('tocsin_blind', '1 while it has been blind for this cause for long.', ['cause']);
  const armed = gauge('tocsin_armed', '1 when pauses are real, 0 in dry-run.');
  const handsOff = gauge('tocsin_hands_off', '1 while tocsin pauses and resumes nothing by itself.');
  const sockets = gauge('tocsin_watchers', 'Open live views.');
  const time = gauge('tocsin_state_time_seconds', 'The time of the state shown, in epoch seconds.');
  const open = gauge('tocsin_incidents_open', 'Incidents that are not resolved.', ['severity']);
  const paused = gauge('tocsin_provider_paused', '1 while a provider is paused.', ['provider']);
  const rate = gauge('tocsin_provider_rate', 'Messages a second over the last ten.', ['provider']);
  const expected = gauge('tocsin_provider_expected_rate', 'Messages a second that are expected.', [
    'provider',
  ]);

  const delay = gauge(
    'tocsin_provider_delay_seconds',
    'How late its reports come; negative for a clock ahead, absent while it is not known.',
    ['provider'],
  );

  const tooLate = gauge(
    'tocsin_provider_too_late_events',
    'Events of the last hour that came too late to be looked at; absent without any.',
    ['provider'],
  );

  const refresh = () => {
    const { health, incidents, providers, mode, now, ...state } = source.state();
    events.reset();
    events.inc(health.eventsCounted);
    others.reset();
    for (const [channel, count] of Object.entries(health.otherChannels)) others.inc({ channel }, count);
    deadLetters.reset();
    deadLetters.inc(health.deadLetters);
    beyond.reset();
    beyond.inc(health.namesBeyond);
    warnings.set(health.warnings.length);
    lag.set(health.lag);
    outbox.set(health.outbox);
    problems.set(health.problems.length);
    for (const cause of CAUSES) blind.set({ cause }, health.blind.some((one) => one.cause === cause) ? 1 : 0);
    armed.set(mode === 'armed' ? 1 : 0);
    handsOff.set(state.handsOff ? 1 : 0);
    sockets.set(watchers());
    time.set(now / 1000);
    const live = incidents.filter((incident) => incident.status !== 'resolved');
    for (const severity of ['warning', 'critical'] as const)
      open.set({ severity }, live.filter((incident) => incident.severity === severity).length);
    for (const labelled of [paused, rate, expected, delay, tooLate]) labelled.reset();
    for (const { provider, events } of health.tooLate) tooLate.set({ provider }, events);
    for (const view of providers) {
      const { provider } = view;
      paused.set({ provider }, view.state === 'paused' ? 1 : 0);
      rate.set({ provider }, view.rate);
      expected.set({ provider }, view.expected);
      if (view.delay) delay.set({ provider }, view.delay.ms / 1_000);
    }
  };

  return {
    contentType: registry.contentType,
    scrape: () => {
      refresh();
      return registry.metrics();
    },
  };
};
