import { describe, expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction, verified } from '../../src/incidents/lifecycle.ts';
import { action, incident, NIGHT, refused } from './build.ts';

describe('actions', () => {
  test('a pause is mitigating until it is seen to bite, a resume opens again', () => {
    const paused = applyAction(incident(), action());
    const resumed = applyAction(paused.incident, action({ action: 'resume', by: 'ana' }));

    expect([paused.change?.kind, paused.incident.status]).toEqual(['paused', 'mitigating']);
    expect([resumed.change?.kind, resumed.incident.status]).toEqual(['resumed', 'open']);
  });

  test('neither a dry run nor a refused pause is ever called a pause', () => {
    const dry = applyAction(incident(), action({ dryRun: true }));
    const held = applyAction(incident(), refused('protected', { says: 'the provider is protected' }));

    expect([dry.change?.kind, dry.incident.status]).toEqual(['updated', 'open']);
    expect([held.change?.kind, held.incident.status]).toEqual(['updated', 'open']);
    expect(held.change?.says).toBe('Not paused: the provider is protected');
  });

  test('a refusal for the same reason is told once, whatever its words; one that names another is news', () => {
    const once = applyAction(incident(), refused('protected', { detail: 'spring', says: 'spring: no' }));
    const twice = applyAction(once.incident, refused('protected', { detail: 'spring', says: 'not spring' }));
    const other = applyAction(once.incident, refused('protected', { detail: 'autumn', says: 'spring: no' }));

    expect(twice).toEqual({ incident: once.incident });
    expect(other.change?.kind).toBe('updated');
    expect(applyAction(once.incident, refused('too_old')).change?.kind).toBe('updated');
  });

  test('a provider that someone else paused already is mitigating; where the pause bites it goes on to', () => {
    const found = (status: Incident['status']) =>
      applyAction(incident({ status }), refused('already_paused')).incident.status;

    expect([found('open'), found('mitigated')]).toEqual(['mitigating', 'mitigated']);
  });

  test('a resume of what is not paused any more opens again, whoever ended it', () => {
    const paused = applyAction(incident(), action()).incident;
    const gone = applyAction(
      paused,
      refused('not_paused', { action: 'resume', by: 'ana', says: 'not paused' }),
    );
    const failed = applyAction(paused, refused('gate_away', { action: 'resume', by: 'ana' }));

    expect([gone.incident.status, gone.change?.says]).toEqual(['open', 'Not resumed: not paused']);
    expect(failed.incident.status).toBe('mitigating');
  });

  test('a resolved incident takes no action', () => {
    const over = incident({ status: 'resolved', resolvedAt: ms(NIGHT * 1000) });

    expect(applyAction(over, action())).toEqual({ incident: over, refused: 'resolved' });
  });
});

describe('what the stream says of a pause', () => {
  const paused = applyAction(incident({ severity: 'warning' }), action()).incident;
  const verdict = (bites: boolean, says: string, count?: number) => ({
    ...{ at: ms(NIGHT * 1000), bites, says },
    ...(count === undefined ? {} : { target: 'alpha', count }),
  });

  test('seen to bite it is mitigated, said once', () => {
    const first = verified(paused, verdict(true, 'nothing sent for 30 s'));

    expect([first.incident.status, first.change?.kind]).toEqual(['mitigated', 'mitigated']);
    expect(verified(first.incident, verdict(true, 'nothing sent for 60 s')).change).toBeUndefined();
  });

  test('sending that goes on is mitigating again and escalates, each time that it is more', () => {
    const bites = verified(paused, verdict(true, 'nothing sent')).incident;
    const leaks = verified(bites, verdict(false, '40 sent since', 40));
    const same = verified(leaks.incident, verdict(false, 'forty since', 40));
    const more = verified(leaks.incident, verdict(false, '90 sent since', 90));

    expect(leaks.change).toMatchObject({ kind: 'escalated', from: 'mitigated' });
    expect(leaks.incident).toMatchObject({ status: 'mitigating', severity: 'critical' });
    expect([same.change, more.change?.says]).toEqual([undefined, '90 sent since']);
    const other = { ...verdict(false, '40 sent since', 40), target: 'alpha,campaign=spring' };
    expect(verified(leaks.incident, other).change?.kind).toBe('escalated');
  });

  test('without a pause there is nothing to say', () => {
    expect(verified(incident(), verdict(true, '')).refused).toBe('not_paused');
    expect(verified(incident({ status: 'resolved' }), verdict(false, '')).refused).toBe('resolved');
  });

  test('another pause is judged anew, and so is one after a resume', () => {
    const leaks = verified(paused, verdict(false, '40 sent since', 40)).incident;

    expect(applyAction(leaks, action({ reason: 'wider' })).incident.verdict).toBeUndefined();
    expect(applyAction(leaks, action({ action: 'resume' })).incident.verdict).toBeUndefined();
    expect(applyAction(leaks, refused('protected')).incident.verdict).toBeDefined();
  });
});

describe('taking it up', () => {
  test('an open incident is acknowledged once', () => {
    const taken = acknowledge(incident(), ms(0), 'ana');

    expect(taken.incident.status).toBe('acknowledged');
    expect(taken.change?.says).toBe('Acknowledged by ana');
    expect(acknowledge(taken.incident, ms(0), 'ben').refused).toBe('already_acknowledged');
  });

  test('a pause goes on under it, with who took it up and when', () => {
    const paused = incident({ status: 'mitigating' });
    const taken = acknowledge(paused, ms(7), 'ana');

    expect(taken.incident).toMatchObject({ status: 'mitigating', acknowledged: { at: 7, by: 'ana' } });
    expect(taken.change).toMatchObject({ kind: 'acknowledged', at: 7, by: 'ana', from: 'mitigating' });
    expect(acknowledge(taken.incident, ms(8), 'ben').refused).toBe('already_acknowledged');
  });
});
