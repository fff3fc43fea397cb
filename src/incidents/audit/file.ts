/**
 * The journal on disk, for one process: audit.ndjson, flushed with every entry, older segments beside it as
 * audit-<first seq>.ndjson, and the head in audit.head.json. Twenty segments of 10,000 entries are kept.
 */
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isNotFound } from '../../runtime/errors.ts';
import { chained, entryOf, fresh, type Journal, type JournalDraft, START } from './log.ts';

const SEGMENT = 10_000;
const SEGMENTS = 20;
const OLD = /^audit-(\d+)\.ndjson$/;
const headSchema = z.object({ seq: z.number().int(), hash: z.string(), token: z.number() });

/**
 * `segment`: entries in one file. Rejects when the head is there and cannot be read.
 * With `readOnly` nothing is mended, and nothing can be written.
 */
export const createFileJournal = async (parts: {
  dir: string;
  segment?: number;
  readOnly?: boolean;
}): Promise<Journal> => {
  const { dir, segment = SEGMENT, readOnly = false } = parts;
  const current = join(dir, 'audit.ndjson');
  const headPath = join(dir, 'audit.head.json');
  if (!readOnly) {
    await mkdir(dir, { recursive: true });
    await mend(current);
  }
  const found = linesIn(await textOf(current));
  let { token, ...head } = await headIn(headPath);
  const revisions = new Map<string, number>();
  const before = (await oldSegments(dir)).at(-1);
  const older = before ? linesIn(await textOf(join(dir, before.name))) : [];
  for (const line of [...older, ...found]) {
    const entry = entryOf(line);
    // A crash between the entry and the head leaves the head behind.
    if (entry && entry.seq === head.seq + 1 && entry.previous === head.hash)
      head = { seq: entry.seq, hash: entry.hash };
    if (entry) note(revisions, entry);
  }
  let lines = found.length;
  let size = await sizeOf(current);
  let turn: Promise<unknown> = Promise.resolve();

  const append = async (drafts: readonly JournalDraft[], given?: number): Promise<'written' | 'fenced'> => {
    if (readOnly) throw new Error('this journal was opened to be read only');
    if (given !== undefined && given < token) return 'fenced';
    token = Math.max(token, given ?? 0);
    const wanted = fresh(drafts, revisions);
    if (wanted.length === 0) return 'written';
    if (lines >= segment) await startSegment();
    const next = chained(wanted, head);
    const text = next.lines.map((line) => `${line}\n`).join('');
    await appendWhole(current, text, size);
    size += Buffer.byteLength(text);
    head = next.head;
    lines += wanted.length;
    for (const draft of wanted) note(revisions, draft);
    await writeFileAtomic(headPath, JSON.stringify({ ...head, token }));
    return 'written';
  };

  const startSegment = async (): Promise<void> => {
    await rename(current, join(dir, `audit-${head.seq - lines + 1}.ndjson`));
    lines = 0;
    size = 0;
    for (const { name } of (await oldSegments(dir)).slice(0, 1 - SEGMENTS)) await rm(join(dir, name));
  };

  const read = async (after: number, limit: number): Promise<string[]> => {
    const segments = await oldSegments(dir);
    const names = [...segments.map(({ name }) => name), 'audit.ndjson'];
    // Those whose successor begins at or before the first entry asked for hold nothing of it.
    const from = segments.findLastIndex(({ first }) => first <= after + 1);
    const wanted: string[] = [];
    for (const name of names.slice(Math.max(0, from))) {
      const behind = linesIn(await textOf(join(dir, name))).filter(
        (line) => (seqOf(line) ?? Infinity) > after,
      );
      wanted.push(...behind);
      if (wanted.length >= limit) break;
    }
    return wanted.slice(0, limit);
  };

  return {
    append: (drafts, given) => {
      const written = turn.then(() => append(drafts, given));
      turn = written.catch(() => undefined);
      return written;
    },
    read,
    head: async () => head,
    close: async () => {
      await turn;
    },
  };
};

/** Appends all of the text or nothing: what a full disk cut short is taken away again. */
const appendWhole = async (path: string, text: string, size: number): Promise<void> => {
  try {
    await appendFile(path, text, { flush: true });
  } catch (error) {
    await truncate(path, size);
    throw error;
  }
};

/** A line cut short by a crash was never acknowledged: it goes, and the chain goes on behind the one before. */
const mend = async (path: string): Promise<void> => {
  const bytes = await readFile(path).catch(nothing);
  const whole = (bytes?.lastIndexOf(0x0a) ?? -1) + 1;
  if (bytes && whole < bytes.length) await truncate(path, whole);
};

/** The newest thousand incidents are enough: nothing older is tried again. */
const note = (revisions: Map<string, number>, { incident, revision }: JournalDraft): void => {
  if (incident === null || revision === undefined) return;
  revisions.delete(incident);
  revisions.set(incident, revision);
  const [oldest] = revisions.keys();
  if (revisions.size > 1_000 && oldest !== undefined) revisions.delete(oldest);
};

const oldSegments = async (dir: string): Promise<Array<{ name: string; first: number }>> => {
  const names = (await readdir(dir).catch(nothing)) ?? [];
  return names
    .flatMap((name) => {
      const first = OLD.exec(name)?.[1];
      return first === undefined ? [] : [{ name, first: Number(first) }];
    })
    .sort((a, b) => a.first - b.first);
};

const headIn = async (path: string): Promise<z.output<typeof headSchema>> => {
  const text = await textOf(path);
  if (text === undefined) return { ...START, token: 0 };
  try {
    return headSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is no head of a journal; restore it, or move it and audit.ndjson away together`);
  }
};

const seqOf = (line: string): number | undefined => entryOf(line)?.seq;
const linesIn = (text: string | undefined): string[] =>
  (text ?? '').split('\n').filter((line) => line !== '');
const textOf = async (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(nothing);
const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(nothing))?.size ?? 0;

const nothing = (error: unknown): undefined => {
  if (isNotFound(error)) return undefined;
  throw error;
};
