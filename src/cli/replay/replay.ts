/**
 * `tocsin replay`: a log lived through again in event time, as fast as it can be read. The same input writes the
 * same bytes. Nothing is paused and nobody is told: what would have been done is written down.
 */
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { pino } from 'pino';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { Finding } from '../../detect/finding.ts';
import { startOf } from '../../events/event.ts';
import { rfc3339 } from '../../events/time.ts';
import { createFileDeadLetters } from '../../intake/file/dead-letters.ts';
import { othersSay } from '../../intake/other-channels.ts';
import { createMemoryStore } from '../../windows/store/memory.ts';
import { createPass } from './pass.ts';
import { linesOf, readLog, spanOf } from './read-log.ts';

/** How often a finding that goes on is written again, in seconds of event time. */
const AGAIN = 60;

interface Summary {
  readonly records: number;
  readonly events: number;
  /** Of the events, those that were no SMS, by channel; absent where there were none. */
  readonly otherChannels?: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly findings: number;
  readonly incidents: number;
  readonly pauses: number;
}

export const replayCommand = (command: Command): Command =>
  command
    .argument('<files...>', 'NDJSON files, in order (.gz too), "-" for standard input')
    .option('-c, --config <file>', 'the configuration file')
    .requiredOption('-o, --out <dir>', 'where findings.ndjson, incidents.ndjson and actions.ndjson go')
    .option('--json', 'print the summary as JSON')
    .action(async (files: string[], options: { config?: string; out: string; json?: boolean }) => {
      const summary = await replay(files, loadConfig(options.config), options.out);
      process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : render(summary, options.out));
    });

/** Replays `files` and writes into the folder `out`. Rejects when a file cannot be read. */
export const replay = async (files: readonly string[], config: Config, out: string): Promise<Summary> => {
  mkdirSync(out, { recursive: true });
  const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
  const store = createMemoryStore();
  rmSync(join(out, 'dead-letters.ndjson'), { force: true });
  const deadLetters = createFileDeadLetters(join(out, 'dead-letters.ndjson'));
  const write = openFindings(join(out, 'findings.ndjson'));
  const pass = createPass({
    config,
    store,
    log,
    onMoment: (moment) => moment.findings.forEach(write.finding),
  });
  const source = linesOf(files, { name: 'replay', maxRecord: config.intake.maxRecord });
  const counted = await readLog(source, {
    config,
    store,
    deadLetters,
    log,
    look: pass.look,
    beyondWindows: pass.view.beyond,
  });
  await pass.finish();

  const { book } = pass;
  await Promise.all([write.close(), deadLetters.close(), book.writeTo(out)]);
  return {
    records: counted.records,
    events: counted.events,
    ...(counted.otherChannels.size > 0 ? { otherChannels: Object.fromEntries(counted.otherChannels) } : {}),
    deadLetters: counted.rejected,
    ...spanOf(counted),
    findings: write.count(),
    incidents: book.all().length,
    pauses: book.pauses().length,
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
      const line = { at: rfc3339(startOf(at)), since: rfc3339(since), ...rest };
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
  const { events, otherChannels = {}, records, deadLetters, from, to, findings, incidents, pauses } = summary;
  const others = othersSay(Object.entries(otherChannels));
  return [
    `${events} events${others === '' ? '' : ` (no SMS: ${others})`} of ${records} records, ${deadLetters} dead letters, from ${from} to ${to}`,
    `${findings} findings, ${incidents} incidents, ${pauses} pauses, in ${out}`,
    '',
  ].join('\n');
};
