/** Whatever the sentences say: recovery, policy, lifecycle and messages decide by data alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configSchema, defaultProvider } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import { type Action, REFUSAL_CODES } from '../../src/incidents/action.ts';
import type { Incident, IncidentStatus } from '../../src/incidents/incident.ts';
import { applyAction, type LifecycleOutcome, verified } from '../../src/incidents/lifecycle.ts';
import { noticesFor } from '../../src/notify/message.ts';
import { lengthOf } from '../../src/respond/expiry.ts';
import { offersFor } from '../../src/respond/offers.ts';
import { decide } from '../../src/respond/policy.ts';
import { unfinished, untold } from '../../src/respond/recovery.ts';
import { pauseOf } from '../contract/gate.ts';
import { action, calm, incident, intent, NIGHT, ordered, refused, strong } from '../incidents/build.ts';
import { reworded } from '../incidents/reworded.ts';

const at = (seconds: number) => ms((NIGHT + seconds) * 1000);
const config = configSchema.parse({}).respond;

const anyAction: fc.Arbitrary<Action> = fc
  .record({
    order: fc.record({
      at: fc.integer({ min: 0, max: 3 }).map(at),
      action: fc.constantFrom('pause', 'pause', 'resume', 'change'),
      by: fc.constantFrom('policy', 'ana'),
      dryRun: fc.boolean(),
      ...{ reason: fc.constantFrom('a burst by night', 'by hand') },
    }),
    became: fc.constantFrom('ordered', 'done', 'done', 'refused'),
    code: fc.constantFrom('already_paused', 'not_paused', ...REFUSAL_CODES),
    detail: fc.option(fc.constantFrom('spring', 'autumn'), { nil: undefined }),
  })
  .map(({ order, became, code, detail }) => {
    if (became === 'refused') return refused(code, { ...order, detail });
    return became === 'ordered' ? ordered(order) : action(order);
  });
const anyVerdict = fc.record({
  at: fc.constant(at(9)),
  bites: fc.boolean(),
  target: fc.constantFrom('alpha', 'alpha,campaign=spring'),
  count: fc.option(fc.constantFrom(40, 90), { nil: undefined }),
  says: fc.constantFrom('it goes on', 'it is over'),
});
const findings = ['burst', 'repeats'].map((detector) => ({
  firstAt: at(0),
  latest: strong(NIGHT, detector as 'burst'),
}));
const statuses: IncidentStatus[] = ['open', 'acknowledged', 'mitigating', 'mitigated', 'resolved'];
const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    status: fc.constantFrom(...statuses),
    actions: fc.array(anyAction, { maxLength: 4 }),
    verdict: fc.option(anyVerdict, { nil: undefined }),
  })
  .map((over) => incident({ findings, ...over }));

const wording = { mode: 'armed', mention: () => '<@U1>' } as const;
/** All that a change leads to, but for its words. */
const ledTo = ({ incident: { status, revision }, change, refused: no }: LifecycleOutcome) => ({
  ...{ status, revision, no, kind: change?.kind },
  notices: change && noticesFor(change, wording).map(({ text, ...notice }) => notice),
});

describe('in other words', () => {
  test('an action and a verdict are the same news, and call the same people', () => {
    fc.assert(
      fc.property(anyIncident, anyAction, anyVerdict, (known, done, verdict) => {
        const other = reworded(known);
        expect(ledTo(applyAction(other, done))).toEqual(ledTo(applyAction(known, done)));
        expect(ledTo(applyAction(known, reworded(done)))).toEqual(ledTo(applyAction(known, done)));
        expect(ledTo(verified(other, verdict))).toEqual(ledTo(verified(known, verdict)));
        expect(ledTo(verified(known, reworded(verdict)))).toEqual(ledTo(verified(known, verdict)));
        expect(offersFor(other)).toEqual(offersFor(known));
      }),
      { numRuns: 2_000 },
    );
  });

  test('policy decides the same', () => {
    const circumstances = { now: at(1), config, provider: defaultProvider, campaigns: {}, recentPauses: [] };
    let paused = 0;
    fc.assert(
      fc.property(anyIncident, fc.constantFrom('armed', 'dry-run'), fc.boolean(), (known, mode, isPaused) => {
        const active = isPaused ? [{ provider: 'alpha' }] : [];
        const now = { ...circumstances, ...calm, mode, active };
        const decision = decide(known, now);
        expect(decide(reworded(known), now)).toEqual(decision);
        if (decision.kind === 'pause') paused += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(paused).toBeGreaterThan(50);
  });

  test('the same is finished and told after a crash, and pauses last as long', () => {
    const active = [pauseOf('alpha', 7, { since: at(0) })];
    const names = (found: readonly Pick<Action, 'at' | 'action' | 'by'>[]) =>
      found.map((one) => [one.at, one.action, one.by]);
    let left = 0;
    fc.assert(
      fc.property(anyIncident, fc.array(anyAction, { maxLength: 6 }), (known, log) => {
        const other = log.map(reworded);
        expect(names(unfinished(other, active))).toEqual(names(unfinished(log, active)));
        expect(names(untold(other, [reworded(known)]))).toEqual(names(untold(log, [known])));
        const length = (actions: readonly Action[]) =>
          lengthOf(intent(), { now: at(9), actions, config: config.pause });
        expect(length(other)).toBe(length(log));
        left += unfinished(log, active).length + untold(log, [known]).length;
      }),
      { numRuns: 2_000 },
    );
    expect(left).toBeGreaterThan(500);
  });
});
