/**
 * A backtest of a log: read and counted once, watched by one pass for each setting. In: files and a configuration.
 * Out: incidents with their evidence, what pauses would have spared, the settings compared; backtest.json and a
 * picture a provider, written into a folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from '../../config/schema.ts';
import { secondOf } from '../../events/event.ts';
import { rfc3339 } from '../../events/time.ts';
import { categoryFrom } from '../../fold/from-config.ts';
import { tookPlace } from '../../incidents/action.ts';
import type { Incident } from '../../incidents/incident.ts';
import { seriesKey } from '../../windows/series.ts';
import { createMemoryStore } from '../../windows/store/memory.ts';
import { createPass, type Pass } from '../replay/pass.ts';
import { linesOf, readLog, spanOf } from '../replay/read-log.ts';
import { type PictureMark, picture } from './picture.ts';
import { createTraffic, type ExpectedMinute, type SparedTraffic } from './traffic.ts';

/** The false alarms a year that are compared, beside what is configured. */
const SETTINGS = [0.01, 0.1, 1, 10, 100];
/** The longest log that is drawn by the second, in ms; longer ones are drawn by the minute. */
const BY_SECOND = 6 * 3_600_000;

/** An incident that there would have been; times are in RFC 3339. */
export interface BacktestIncident {
  readonly id: string;
  readonly provider: string;
  readonly severity: Incident['severity'];
  readonly openedAt: string;
  /** When the incident was resolved, or else the log ended. */
  readonly until: string;
  readonly findings: ReadonlyArray<{
    readonly detector: string;
    readonly series: string;
    readonly strength: 'warn' | 'strong';
    readonly since: string;
    readonly firstAt: string;
    readonly evidence: Readonly<Record<string, number>>;
    readonly says: string;
  }>;
  /** Why nothing would have been paused although a rule held, each reason once. */
  readonly held: readonly string[];
  readonly pause?: { readonly at: string; readonly reason: string; readonly spared: SparedTraffic };
}

/** What one setting would have done. */
export interface Setting {
  readonly falseAlarmsPerYear: number;
  readonly configured: boolean;
  /** The incidents with a burst. */
  readonly alarms: number;
  /** The incidents with a burst that was strong evidence. */
  readonly strong: number;
  /** The pauses there would have been. */
  readonly pauses: number;
}

/** The outcome of a backtest, as backtest.json has it. */
export interface Backtest {
  readonly records: number;
  readonly events: number;
  readonly deadLetters: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly incidents: readonly BacktestIncident[];
  readonly settings: readonly Setting[];
  readonly pictures: readonly string[];
}

/** Tests settings on a log, and writes into the folder `out`. Rejects when a file cannot be read. */
export const backtestLog = async (
  files: readonly string[],
  config: Config,
  out: string,
): Promise<Backtest> => {
  mkdirSync(out, { recursive: true });
  const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
  const store = createMemoryStore();
  const configured = config.detect.burst.falseAlarmsPerYear;
  const settings = [...new Set([...SETTINGS, configured])].sort((a, b) => a - b);
  const passes = settings.map((allowed) => createPass({ config: allowing(config, allowed), store, log }));
  const main = passes[settings.indexOf(configured)] ?? createPass({ config, store, log });
  const categoryOf = categoryFrom(config);
  const traffic = createTraffic(categoryOf);
  const expecting = createExpecting(main, traffic);
  const counted = await readLog(linesOf(files, { name: 'backtest', maxRecord: config.intake.maxRecord }), {
    config,
    store,
    log,
    onEvents: (events) => events.forEach(traffic.add),
    look: async () => {
      for (const pass of passes) await pass.look();
      expecting.look();
    },
  });
  for (const pass of passes) await pass.finish();

  const incidents = main.book.all().map((incident) => told(incident, traffic.sum, counted.last));
  const long = counted.last - counted.first > BY_SECOND;
  const pictures = traffic.providers().map((provider) => {
    const step = long ? 60 : 1;
    const drawn = picture({
      title: `${provider}: messages ${traffic.metricOf(provider)}`,
      unit: `messages a ${long ? 'minute' : 'second'}`,
      zone: config.detect.zone,
      points: traffic
        .points(provider, step, expecting.of(provider))
        .filter(({ at }) => at >= counted.first - 60_000 && at <= counted.last),
      gap: step * 1_000,
      marks: incidents.filter((incident) => incident.provider === provider).flatMap(marksOf),
    });
    const name = `${encodeURIComponent(provider)}.svg`;
    writeFileSync(join(out, name), drawn);
    return name;
  });
  const result: Backtest = {
    records: counted.records,
    events: counted.events,
    deadLetters: counted.rejected,
    ...spanOf(counted),
    incidents,
    settings: passes.map(({ book }, index) => ({
      falseAlarmsPerYear: settings[index] ?? configured,
      configured: settings[index] === configured,
      alarms: book.all().filter((incident) => bursts(incident).length > 0).length,
      strong: book.all().filter((incident) => bursts(incident).includes('strong')).length,
      pauses: book.pauses().length,
    })),
    pictures,
  };
  writeFileSync(join(out, 'backtest.json'), `${JSON.stringify(result, null, 2)}\n`);
  return result;
};

const allowing = (config: Config, falseAlarmsPerYear: number): Config => ({
  ...config,
  detect: { ...config.detect, burst: { ...config.detect.burst, falseAlarmsPerYear } },
});

const bursts = (incident: Incident) =>
  incident.findings.flatMap(({ latest }) => (latest.detector === 'burst' ? [latest.strength] : []));

/** Notes once a minute of event time what the engine then expects of each provider. */
const createExpecting = ({ engine, view }: Pass, traffic: ReturnType<typeof createTraffic>) => {
  const minutes = new Map<string, ExpectedMinute[]>();
  let last = -1;
  return {
    of: (provider: string): readonly ExpectedMinute[] => minutes.get(provider) ?? [],
    look: (): void => {
      const minute = Math.floor((view.head ?? 0) / 60);
      if (minute === last) return;
      last = minute;
      for (const provider of traffic.providers()) {
        const series = seriesKey({ metric: traffic.metricOf(provider), provider });
        if (!view.of(series)) continue;
        const { rate, upper: second } = engine.expected(view.ofProvider(provider), series);
        const { upper: whole } = engine.expected(view.ofProvider(provider), series, 60);
        const expected = { minute, rate, upper: { 1: second, 60: whole } };
        const known = minutes.get(provider);
        if (known) known.push(expected);
        else minutes.set(provider, [expected]);
      }
    },
  };
};

/** An incident as people are told it, with what its pause would have spared until the incident or the log ended. */
const told = (
  incident: Incident,
  sum: (provider: string, from: number, to: number) => SparedTraffic,
  end: number,
): BacktestIncident => {
  const { id, provider, severity, openedAt, resolvedAt } = incident;
  const until = Math.min(resolvedAt ?? end, end);
  const pause = incident.actions.find((one) => one.action === 'pause' && tookPlace(one));
  return {
    id,
    provider,
    severity,
    openedAt: rfc3339(openedAt),
    until: rfc3339(until),
    findings: incident.findings.map(({ firstAt, latest }) => ({
      detector: latest.detector,
      series: latest.series,
      strength: latest.strength,
      since: rfc3339(latest.since),
      firstAt: rfc3339(firstAt),
      evidence: latest.evidence,
      says: latest.says,
    })),
    held: [...new Set(incident.actions.flatMap(({ refused }) => refused ?? []))],
    ...(pause && {
      pause: {
        at: rfc3339(pause.at),
        reason: pause.reason,
        // The second of the pause itself had gone out, or was on its way.
        spared: sum(provider, secondOf(pause.at) + 1, Math.floor(until / 1000)),
      },
    }),
  };
};

const marksOf = ({ openedAt, until, pause, findings }: BacktestIncident): PictureMark[] => {
  const detectors = [...new Set(findings.map(({ detector }) => detector))].join(', ');
  const alarm: PictureMark = {
    at: Date.parse(openedAt),
    until: Date.parse(until),
    kind: 'alarm',
    label: detectors.replaceAll('_', ' '),
  };
  return pause ? [alarm, { at: Date.parse(pause.at), kind: 'pause', label: 'paused' }] : [alarm];
};
