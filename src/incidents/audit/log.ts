/**
 * The journal: everything that was done and decided, in a chain that cannot be edited unseen. Each entry carries the
 * SHA-256 of the one before it and of itself, so that a change anywhere breaks every link behind it.
 * Adapters: file.ts (embedded) and redis.ts; both pass test/contract/journal. What is written is made by entries.ts.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Ms, ms } from '../../events/event.ts';
import { canonicalJson } from '../../runtime/canonical-json.ts';

const STATUS = z.enum(['open', 'acknowledged', 'mitigating', 'mitigated', 'resolved']);

const draftShape = {
  /** When it happened; the order of entries is that of writing. */
  at: z.number().int().transform(ms),
  /** The incident that the entry is about; null when it is about none. */
  incident: z.string().nullable(),
  /** A change of an incident (see IncidentChange), or what was done besides. */
  kind: z.enum([
    ...['opened', 'reopened', 'escalated', 'updated', 'related', 'acknowledged'],
    ...['paused', 'mitigated', 'resumed', 'resolved'],
    ...['ordered', 'carried_out', 'rehearsed', 'refused', 'mode', 'hands_off', 'access_denied', 'drill'],
    ...['blind', 'sees'],
  ] as const),
  from: STATUS.nullable().optional(),
  to: STATUS.optional(),
  /** Why it happened, in one sentence. */
  cause: z.string(),
  /** Whose doing it was: "detection", "policy", or a person's name. */
  by: z.string(),
  /** What it rests on, in numbers and names; entries.ts makes it. */
  evidence: z.record(z.string(), z.json()).optional(),
  /** The incident's revision: an entry of one revision is written once, however often that is tried. */
  revision: z.number().int().optional(),
} as const;

const draftSchema = z.strictObject(draftShape);
const entrySchema = z.strictObject({
  /** Entries are numbered 1, 2, 3, and so on, without gaps. */
  seq: z.number().int().min(1),
  ...draftShape,
  previous: z.string(),
  hash: z.string(),
});

export type JournalDraft = z.output<typeof draftSchema>;
export type JournalEntry = z.output<typeof entrySchema>;

/** The last entry's place in the chain. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}

export const START: Link = { seq: 0, hash: '' };

export interface Journal {
  /**
   * Durable once it answers, all of them or none, in order. `token`: the lease's fencing token; below the highest
   * seen, nothing is written, since another instance decides; with no drafts it is only seen. Revisions known already
   * are left out.
   */
  append(drafts: readonly JournalDraft[], token?: number): Promise<'written' | 'fenced'>;
  /** The lines behind a sequence number, oldest first, as they are kept: they may have been tampered with. */
  read(after: number, limit: number): Promise<readonly string[]>;
  /** Where the chain ends by what is kept beside it, so that missing entries are seen. */
  head(): Promise<Link>;
  close(): Promise<void>;
}

/** The drafts as the next lines of the chain. */
export const chained = (drafts: readonly JournalDraft[], from: Link): { lines: string[]; head: Link } => {
  let head = from;
  const lines = drafts.map((draft) => {
    const unsigned = { ...draft, seq: head.seq + 1, previous: head.hash };
    head = { seq: unsigned.seq, hash: hashOf(unsigned) };
    return canonicalJson({ ...unsigned, hash: head.hash });
  });
  return { lines, head };
};

/** The entry of a line; undefined when it is not one, to the byte. */
export const entryOf = (line: string): JournalEntry | undefined => {
  const parsed = entrySchema.safeParse(jsonOf(line));
  return parsed.success && canonicalJson(parsed.data) === line ? parsed.data : undefined;
};

export type Verification =
  | { readonly ok: true; readonly entries: number; readonly head: Link }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/**
 * Follows the chain over lines in order, from `after`, or from the first line's own claim when older ones are no
 * longer kept; answers the first broken link. Pure; call it page by page, each from the head of the last.
 */
export const verify = (lines: readonly string[], after?: Link): Verification => {
  let head = after;
  for (const line of lines) {
    const entry = entryOf(line);
    if (!entry) return broken(head, 'the line is no entry');
    const { hash, ...unsigned } = entry;
    if (head && entry.seq !== head.seq + 1)
      return broken(head, `the next is ${entry.seq}: entries are missing`);
    if (head && entry.previous !== head.hash) return broken(head, 'it does not follow from the one before');
    if (hashOf(unsigned) !== hash) return broken(head ?? { ...START, seq: entry.seq - 1 }, 'it was edited');
    head = { seq: entry.seq, hash };
  }
  return { ok: true, entries: lines.length, head: head ?? START };
};

/** Holds the end of what was verified against the head that is kept beside it. */
export const verifyEnd = (verified: Verification, head: Link): Verification => {
  if (!verified.ok || (verified.head.seq === head.seq && verified.head.hash === head.hash)) return verified;
  // A crash between an entry and the head leaves the head behind by what was not acknowledged.
  if (verified.head.seq > head.seq) return verified;
  return broken(verified.head, `the head is at ${head.seq}: the newest entries are missing`);
};

const broken = (head: Link | undefined, why: string): Verification => ({
  ok: false,
  seq: (head?.seq ?? 0) + 1,
  why,
});

const hashOf = (unsigned: object): string =>
  createHash('sha256').update(canonicalJson(unsigned)).digest('hex');

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Which entries a reader asks for. */
export interface WantedEntry {
  readonly incident?: string | undefined;
  readonly since?: Ms | undefined;
}

export const isWanted = (entry: JournalEntry, { incident, since }: WantedEntry): boolean =>
  (incident === undefined || entry.incident === incident) && (since === undefined || entry.at >= since);

/** Leaves out changes that stand in the journal already: `known` is each incident's highest revision there. */
export const fresh = (
  drafts: readonly JournalDraft[],
  known: ReadonlyMap<string, number>,
): JournalDraft[] => {
  const seen = new Map(known);
  return drafts.filter(({ incident, revision }) => {
    if (incident === null || revision === undefined) return true;
    if (revision <= (seen.get(incident) ?? 0)) return false;
    seen.set(incident, revision);
    return true;
  });
};
