/**
 * `tocsin audit`: what was done and decided, by whom and why, and whether the journal of it is whole. It is asked of
 * the daemon; when none answers, the configuration says where the journal lies.
 */
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { readSecrets } from '../config/secrets.ts';
import { rfc3339 } from '../events/time.ts';
import { createFileJournal } from '../incidents/audit/file.ts';
import {
  entryOf,
  isWanted,
  type JournalEntry,
  START,
  type Verification,
  verify,
  verifyEnd,
  type WantedEntry,
} from '../incidents/audit/log.ts';
import { createRedisJournal } from '../incidents/audit/redis.ts';
import type { AuditPage } from '../live/audit.ts';
import { connectRedis } from '../runtime/redis.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { CommandError, EXIT } from './exit.ts';
import { instant } from './instant.ts';

interface AuditOptions extends WantedEntry {
  url: string;
  config?: string;
  verify?: boolean;
  json?: boolean;
}

const PAGE = 1_000;

export const auditCommand = (command: Command): Command =>
  command
    .option('--incident <id>', 'only what is about this incident')
    .option('--since <time>', 'only what happened at or after this, RFC 3339', instant)
    .option('--verify', 'follow the chain of hashes; fails at the first broken link')
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--config <file>', 'configuration with the journal to read when no daemon answers')
    .option('--json', 'print entries as they are kept, one a line')
    .action(async (options: AuditOptions) => {
      const source = await openSource(options);
      try {
        await (options.verify ? checkAll(source.page) : showAll(source.page, options));
      } finally {
        await source.close();
      }
    });

type Page = (after: number) => Promise<AuditPage>;

const showAll = async (page: Page, options: AuditOptions): Promise<void> => {
  for await (const { lines } of pages(page)) {
    for (const line of lines) {
      const entry = entryOf(line);
      if (!entry) throw new CommandError('the journal was tampered with; --verify says where');
      if (!isWanted(entry, options)) continue;
      process.stdout.write(`${options.json ? line : textOf(entry)}\n`);
    }
  }
};

const checkAll = async (page: Page): Promise<void> => {
  let verified: Verification = { ok: true, entries: 0, head: START };
  let entries = 0;
  let head = START;
  for await (const { lines, head: known } of pages(page)) {
    head = known;
    verified = verify(lines, entries === 0 ? undefined : verified.head);
    if (!verified.ok) break;
    entries += lines.length;
  }
  const whole = verifyEnd(verified, head);
  if (!whole.ok) throw new CommandError(`the journal is broken at entry ${whole.seq}: ${whole.why}`);
  const { seq, hash } = whole.head;
  const first = seq - entries + 1;
  process.stdout.write(
    entries === 0 ? 'empty\n' : `whole: entries ${first} to ${seq}, the last is ${hash}\n`,
  );
};

async function* pages(page: Page): AsyncGenerator<AuditPage> {
  for (let after = 0; ; ) {
    const next = await page(after);
    yield next;
    const last = next.lines.at(-1);
    const seq = last === undefined ? undefined : entryOf(last)?.seq;
    if (next.lines.length < PAGE || seq === undefined) return;
    after = seq;
  }
}

const openSource = async (options: AuditOptions): Promise<{ page: Page; close: () => Promise<void> }> => {
  const fromDaemon: Page = async (after) =>
    (await callDaemon(options.url, `/v1/audit?after=${after}&limit=${PAGE}`)) as AuditPage;
  try {
    const first = await fromDaemon(0);
    return { page: async (after) => (after === 0 ? first : fromDaemon(after)), close: async () => {} };
  } catch (error) {
    const unreachable = error instanceof CommandError && error.code === EXIT.unreachable;
    if (!unreachable || !options.config) throw error;
    return openKept(options.config);
  }
};

const openKept = async (file: string): Promise<{ page: Page; close: () => Promise<void> }> => {
  const config = loadConfig(file);
  const redis = config.redis && connectRedis(config.redis, readSecrets(process.env), { giveUp: true });
  const journal = redis
    ? createRedisJournal({ redis, prefix: config.redis?.prefix ?? '' })
    : await createFileJournal({ dir: config.dataDir, readOnly: true });
  return {
    page: async (after) => {
      const head = await journal.head();
      return { lines: await journal.read(after, PAGE), head };
    },
    close: async () => {
      await journal.close();
      redis?.disconnect();
    },
  };
};

const textOf = ({ at, incident, kind, from, to, cause, by, evidence }: JournalEntry): string => {
  const moved = to === undefined || to === from ? '' : ` ${from ?? 'new'} -> ${to}`;
  const about = incident ?? evidence?.provider ?? '-';
  const refused = evidence?.refused === undefined ? '' : ` (${evidence.refused})`;
  return `${rfc3339(at)} ${about} ${kind}${moved} by ${by}: ${cause}${refused}`;
};
