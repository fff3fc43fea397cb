/**
 * `tocsin replay`: a log lived through again in event time, as fast as it can be read. The same input writes the
 * same bytes. Nothing is paused and nobody is told: what would have been done is written down.
 */
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { pino } from 'pino';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { categoryFrom } from '../daemon.ts';
import { createEngine } from '../detect/engine.ts';
import type { Finding } from '../detect/finding.ts';
import { createEvaluator } from '../evaluate.ts';
import { type Ms, ms, type Second, secondOf, startOf } from '../events/event.ts';
import { maskDigits } from '../events/mask.ts';
import { parseRecord } from '../events/parse.ts';
import { createIsQuiet } from '../events/quiet-hours.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import { createSoleLease } from '../incidents/lease.ts';
import { createAccept } from '../intake/accept.ts';
import { createFileDeadLetters } from '../intake/dead-letters-file.ts';
import { lines } from '../intake/lines.ts';
import type { RawRecord } from '../intake/source.ts';
import { createExecutor } from '../respond/execute.ts';
import { createWatch } from '../watch.ts';
import { estimate } from '../windows/distinct.ts';
import { createFold } from '../windows/fold.ts';
import { createMemoryStore } from '../windows/memory.ts';
import { createRecipientKey } from '../windows/recipient-key.ts';
import { createView } from '../windows/view.ts';
import { command } from './exit.ts';
import { createProgress } from './progress.ts';
import { forgetfulOutbox, ledger, openGate } from './replay-state.ts';

/** Most records between two looks; a look is taken before each new second. */
const BATCH = 2_000;
/** A finding that goes on is written again this often. */
const AGAIN = 60;
/** The hashes of a replay never leave the process, so its key may be known; a fixed one keeps the bytes the same. */
const REPLAY_KEY = 'replay';

interface Summary {
  readonly records: number;
  readonly events: number;
  readonly deadLetters: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly findings: number;
  readonly incidents: number;
  readonly pauses: number;
}

export const replayCommand = (): Command =>
  command('replay', 'read events in event time and write findings, incidents and actions')
    .argument('<files...>', 'NDJSON files, in order (.gz too), "-" for standard input')
    .option('-c, --config <file>', 'the configuration file')
    .requiredOption('-o, --out <dir>', 'where findings.ndjson, incidents.ndjson and actions.ndjson go')
    .option('--json', 'print the summary as JSON')
    .action(async (files: string[], options: { config?: string; out: string; json?: boolean }) => {
      const summary = await replay(files, loadConfig(options.config), options.out);
      process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : render(summary, options.out));
    });

/** Replays `files` into `out`; see `Summary`. Throws when a file cannot be read. */
export const replay = async (files: readonly string[], config: Config, out: string): Promise<Summary> => {
  mkdirSync(out, { recursive: true });
  const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
  const store = createMemoryStore();
  const view = createView();
  const watch = createWatch({
    engine: createEngine({ config: config.detect, estimate }),
    view,
    resolveAfter: config.incidents.resolveAfter,
  });
  const parse = { preset: config.intake.preset, maxRecord: config.intake.maxRecord };
  rmSync(join(out, 'dead-letters.ndjson'), { force: true });
  const deadLetters = createFileDeadLetters(join(out, 'dead-letters.ndjson'));
  const counted = { records: 0, events: 0, rejected: 0, first: Number.POSITIVE_INFINITY, last: 0 };
  const accept = createAccept({
    store,
    deadLetters,
    fold: createFold({
      isQuiet: createIsQuiet(config.detect.quietHours),
      categoryOf: categoryFrom(config),
      recipientKey: createRecipientKey(REPLAY_KEY),
      maskText: maskDigits,
    }),
    parse,
    clock: () => ms(counted.last),
    onBatch: (events, rejected) => {
      counted.events += events.length;
      counted.rejected += rejected;
      for (const event of events) {
        counted.first = Math.min(counted.first, event.at);
        counted.last = Math.max(counted.last, event.at);
      }
    },
    log,
  });

  let now: Ms = ms(0);
  const book = ledger();
  const write = openFindings(join(out, 'findings.ndjson'));
  const executor = createExecutor({
    gate: openGate(),
    store: book.incidents,
    providers: {},
    mode: config.mode,
    clock: () => now,
    env: {},
    log,
  });
  const evaluator = createEvaluator({
    config,
    store,
    watch,
    memory: { load: async () => undefined, save: async () => {} },
    lease: createSoleLease(),
    incidents: book.incidents,
    outbox: forgetfulOutbox,
    executor,
    limits: { upTo: 'live', lateness: config.windows.lateness },
    nowAt: (at: Second) => {
      now = startOf(at);
      return now;
    },
    silentUntil: () => view.watermark ?? ms(0),
    clock: () => ms(Date.now()),
    log,
    onMoment: (moment) => moment.findings.forEach(write.finding),
    onAction: book.action,
  });

  const progress = createProgress(
    'replay',
    files.reduce((sum, file) => sum + (file === '-' ? 0 : statSync(file).size), 0),
  );
  const partition = 'replay';
  const { epoch } = await store.claim(partition);
  let next = 0;
  let batch: RawRecord[] = [];
  let second: number = 0;
  const take = async (): Promise<void> => {
    if (batch.length === 0) return;
    const from = next;
    next += batch.length;
    await accept({ partition, epoch, from, next, records: batch });
    counted.records += batch.length;
    batch = [];
    await evaluator.tick();
  };
  /** A look sees whole seconds and nothing of what comes after, as if one had been there. */
  const add = async (value: Buffer): Promise<void> => {
    const parsed = parseRecord(value, parse);
    const at = parsed.ok ? secondOf(parsed.event.at) : second;
    if (at > second || batch.length >= BATCH) await take();
    second = Math.max(second, at);
    batch.push({ offset: next + batch.length, value });
  };
  for (const file of files) {
    const input = file === '-' ? process.stdin : createReadStream(file);
    for await (const read of lines(input, config.intake.maxRecord)) {
      for (const line of read) await add(line);
      progress.add(
        read.reduce((sum, line) => sum + line.length + 1, 0),
        `${counted.events} events`,
      );
    }
  }
  await take();
  // The end of the log completes every second in it.
  const end = ms(counted.last + config.windows.lateness + 2_000);
  await accept({ partition, epoch, from: next, next, records: [], idleUntil: end });
  await evaluator.tick();
  await evaluator.save();
  progress.done();

  await Promise.all([write.close(), deadLetters.close(), book.writeTo(out)]);
  const pauses = book.actions().filter((action) => action.action === 'pause' && !action.refused).length;
  const iso = (at: number) => (counted.events > 0 ? new Date(at).toISOString() : null);
  return {
    records: counted.records,
    events: counted.events,
    deadLetters: counted.rejected,
    from: iso(counted.first),
    to: iso(counted.last),
    findings: write.count(),
    incidents: book.all().length,
    pauses,
  };
};

/** Writes a finding when it begins and every minute that it goes on, not every second. */
const openFindings = (path: string) => {
  const file = createWriteStream(path);
  const lastWritten = new Map<string, number>();
  let written = 0;
  return {
    finding: (finding: Finding): void => {
      const key = `${finding.detector} ${finding.series} ${finding.strength}`;
      const last = lastWritten.get(key);
      if (last !== undefined && finding.at - last < AGAIN) return;
      lastWritten.set(key, finding.at);
      written += 1;
      const { at, since, ...rest } = finding;
      const line = { at: new Date(startOf(at)).toISOString(), since: new Date(since).toISOString(), ...rest };
      file.write(`${JSON.stringify(line)}\n`);
    },
    count: () => written,
    close: () =>
      new Promise<void>((resolve, reject) =>
        file.end((error?: Error | null) => (error ? reject(error) : resolve())),
      ),
  };
};

const render = (summary: Summary, out: string): string => {
  const { events, records, deadLetters, from, to, findings, incidents, pauses } = summary;
  return [
    `${events} events of ${records} records, ${deadLetters} dead letters, from ${from} to ${to}`,
    `${findings} findings, ${incidents} incidents, ${pauses} pauses, in ${out}`,
    '',
  ].join('\n');
};

export type { Action, Incident };
