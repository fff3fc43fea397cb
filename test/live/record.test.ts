import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { JournalDraft } from '../../src/incidents/audit/log.ts';
import { type AuditEntry, createAudit, createThrift } from '../../src/live/record.ts';

const entry = (status: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: ms(1_000),
  by: 'ana',
  address: '192.0.2.1',
  what: 'POST /v1/providers/alpha/pause',
  status,
  ...(status < 400 ? {} : { refused: 'so' }),
  ...more,
});

test('what was refused goes into the journal, save what its executor writes there', async () => {
  const drafts: JournalDraft[] = [];
  const append = async (more: readonly JournalDraft[]) => {
    drafts.push(...more);
    return 'written' as const;
  };
  const audit = createAudit({ journal: { append }, log: pino({ level: 'silent' }) });
  for (const status of [200, 400, 401, 403, 409, 429]) audit(entry(status));
  expect(drafts.map(({ kind, evidence }) => [kind, evidence?.status])).toEqual([
    ['refused', 400],
    ['access_denied', 401],
    ['access_denied', 403],
    ['access_denied', 429],
  ]);
  expect(drafts[0]).toEqual({
    at: 1_000,
    incident: null,
    kind: 'refused',
    cause: 'POST /v1/providers/alpha/pause: so',
    by: 'ana',
    evidence: { address: '192.0.2.1', status: 400 },
  });
});

test('a journal that does not answer is said in the log, and stops nobody', async () => {
  const said: string[] = [];
  const log = pino({}, { write: (line) => void said.push(line) });
  createAudit({ journal: { append: () => Promise.reject(new Error('disk full')) }, log })(entry(403));
  await Promise.resolve();
  expect(said.join()).toContain('disk full');
});

test('strangers are counted once they are too many; orders are not left out', () => {
  const written: AuditEntry[] = [];
  let now = ms(0);
  const audit = createThrift(
    (one) => void written.push(one),
    () => now,
    2,
  );
  for (let n = 0; n < 10; n++) audit(entry(401));
  audit(entry(200));
  expect(written.map(({ status }) => status)).toEqual([401, 401, 200]);
  now = ms(30_000);
  audit(entry(401));
  audit(entry(400));
  expect(written.slice(3)).toEqual([entry(401, { leftOut: 8 }), entry(400)]);
});
