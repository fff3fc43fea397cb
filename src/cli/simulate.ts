/** `tocsin simulate`: makes traffic, ordinary or not, for files, Kafka or a running daemon. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Ms, ms } from '../events/event.ts';
import { rfc3339 } from '../events/time.ts';
import { messageOf } from '../runtime/errors.ts';
import { paced } from '../simulate/pace.ts';
import { defaultSpan, SCENARIOS, type Scenario, type SimulateOptions, simulate } from '../simulate/stream.ts';
import type { Writer } from '../simulate/write.ts';
import { createHttpWriter } from '../simulate/write-http.ts';
import { createKafkaWriter } from '../simulate/write-kafka.ts';
import { createFileWriter, createStreamWriter } from '../simulate/write-lines.ts';
import { CommandError, EXIT } from './exit.ts';
import { length } from './length.ts';
import { createProgress } from './progress.ts';

interface SimulateFlags {
  scenario: Scenario;
  seed: string;
  start?: Ms | 'now';
  for?: number;
  burstAfter?: number;
  history: number;
  speed?: number | 'max';
  scale: number;
  rate?: number;
  events?: number;
  out: string;
  kafka?: string;
  topic: string;
  http?: string;
  progress?: boolean;
  json?: boolean;
}

/** How long (ms) after --start now the fault begins, unless --burst-after says otherwise. */
const SOON = 60_000;

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number above 0.');
  return value;
};

const instant = (text: string): Ms | 'now' => {
  if (text === 'now') return text;
  const value = Date.parse(text);
  if (Number.isNaN(value) || !/(Z|[+-]\d\d:\d\d)$/i.test(text))
    throw new InvalidArgumentError(
      'must be "now" or RFC 3339 with an offset, such as 2026-10-28T19:45:00+01:00.',
    );
  return ms(value);
};

const factor = (text: string): number | 'max' => (text === 'max' ? text : positive(text));

export const simulateCommand = (command: Command): Command =>
  command
    .addOption(new Option('--scenario <name>', 'what happens').choices(SCENARIOS).default('salon-night'))
    .option('--seed <text>', 'the same seed makes the same events', '1')
    .option('--start <time>', 'RFC 3339 or "now" (default: the date the scenario is about)', instant)
    .option('--for <length>', 'how long from the start, e.g. 2h (default: the whole scenario)', length)
    .option('--burst-after <length>', 'salon-night: the fault begins this long after the start', length)
    .option('--history <length>', 'ordinary traffic before the start, written at once', length, 0)
    .option(
      '--speed <factor>',
      'how much faster than the clock, or "max" (default: max; 1 with --start now)',
      factor,
    )
    .option('--scale <factor>', 'times the usual traffic; not for steady', positive, 1)
    .option('--rate <number>', 'steady: messages a second (default: 1000)', positive)
    .option('--events <number>', 'stop after so many events', positive)
    .option('--out <file>', 'NDJSON file (.gz too), "-" for standard output', '-')
    .addOption(
      new Option('--kafka <brokers>', 'produce to Kafka: host:port,host:port').conflicts(['out', 'http']),
    )
    .option('--topic <name>', 'the Kafka topic', 'sms-events')
    .addOption(
      new Option('--http <url>', 'send to a daemon; TOCSIN_TOKEN is used').conflicts(['out', 'kafka']),
    )
    .option('--progress', 'show how far it is, on a terminal')
    .option('--json', 'print the summary on standard error as JSON')
    .action(run);

const run = async (options: SimulateFlags): Promise<void> => {
  const { origin, settings } = plan(options, Date.now());
  const simulation = simulate(settings);
  const speed = options.speed ?? (options.start === 'now' ? 1 : 'max');
  const writer = await openWriter(options).catch((error: unknown) => {
    throw failed(error, options);
  });
  const progress = options.progress ? createProgress('simulate', settings.end - settings.start) : undefined;
  const { signal, release } = onInterrupt();
  let reached: number = settings.start;
  let written = 0;
  try {
    for await (const batch of paced(simulation, { speed, origin, limit: options.events, signal })) {
      await writer.write(batch);
      written += batch.length;
      const at = batch.at(-1)?.at ?? reached;
      progress?.add(at - reached, `${rfc3339(at)}, ${simulation.tally.events} events`);
      reached = at;
    }
    await writer.close();
  } catch (error) {
    // The reader had enough, as `head` does.
    if (!isBrokenPipe(error)) throw failed(error, options);
  } finally {
    release();
    progress?.done();
  }
  const { tally } = simulation;
  const summary = {
    scenario: options.scenario,
    seed: options.seed,
    from: rfc3339(settings.start),
    to: rfc3339(reached),
  };
  process.stderr.write(
    options.json
      ? `${JSON.stringify({ ...summary, interrupted: signal.aborted, written, ...tally })}\n`
      : `${options.scenario}: ${written} events, ${tally.sent} sent, ${tally.runaway.messages} of them unasked\n`,
  );
};

/** The settings of a simulation from the options; `origin` is the instant that is paced as now. */
const plan = (options: SimulateFlags, now: number): { origin: Ms; settings: SimulateOptions } => {
  const { scenario, seed, scale, rate, history } = options;
  const span = defaultSpan(scenario);
  const origin = options.start === 'now' ? ms(now) : (options.start ?? span.start);
  const end = ms(origin + (options.for ?? span.end - span.start));
  const burstAfter = options.burstAfter ?? (options.start === 'now' ? SOON : undefined);
  const runawayAt = burstAfter === undefined ? undefined : ms(origin + burstAfter);
  return { origin, settings: { scenario, seed, start: ms(origin - history), end, scale, rate, runawayAt } };
};

const openWriter = async (options: SimulateFlags): Promise<Writer> => {
  if (options.kafka !== undefined) return createKafkaWriter(options.kafka.split(','), options.topic);
  if (options.http !== undefined) {
    if (!URL.canParse(options.http))
      throw new CommandError(`--http ${options.http} is not a URL`, EXIT.usage);
    return createHttpWriter({ url: options.http, token: process.env.TOCSIN_TOKEN });
  }
  if (options.out === '-') return createStreamWriter(process.stdout);
  return createFileWriter(options.out);
};

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPIPE';

const failed = (error: unknown, { kafka, http, out }: SimulateFlags): CommandError => {
  if (error instanceof CommandError) return error;
  const message = messageOf(error);
  if (kafka !== undefined) return new CommandError(`Kafka at ${kafka}: ${message}`, EXIT.unreachable);
  return new CommandError(
    http === undefined ? `${out}: ${message}` : message,
    http ? EXIT.unreachable : EXIT.failed,
  );
};

/** Lets the first signal end the simulation cleanly, and the second the process. */
const onInterrupt = () => {
  const abort = new AbortController();
  const stop = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: abort.signal, release: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
};
