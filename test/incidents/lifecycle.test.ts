import { describe, expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction, verified } from '../../src/incidents/lifecycle.ts';
import { action, incident, NIGHT } from './build.ts';

describe('actions', () => {
  test('a pause is mitigating until it is seen to bite, a resume opens again', () => {
    const paused = applyAction(incident(), action());
    const resumed = applyAction(paused.incident, action({ action: 'resume', by: 'ana' }));

    expect([paused.change?.kind, paused.incident.status]).toEqual(['paused', 'mitigating']);
    expect([resumed.change?.kind, resumed.incident.status]).toEqual(['resumed', 'open']);
  });

  test('neither a dry run nor a refused pause is ever called a pause', () => {
    const dry = applyAction(incident(), action({ dryRun: true }));
    const refused = applyAction(incident(), action({ refused: 'the provider is protected' }));

    expect([dry.change?.kind, dry.incident.status]).toEqual(['updated', 'open']);
    expect([refused.change?.kind, refused.incident.status]).toEqual(['updated', 'open']);
    expect(refused.change?.says).toBe('Not paused: the provider is protected');
  });

  test('a refusal in the same words is told once', () => {
    const once = applyAction(incident(), action({ refused: 'the gate does not answer' }));
    const twice = applyAction(once.incident, action({ refused: 'the gate does not answer' }));

    expect(twice).toEqual({ incident: once.incident });
  });

  test('a provider that someone else paused already is mitigating; where the pause bites it goes on to', () => {
    const found = (status: Incident['status']) =>
      applyAction(incident({ status }), action({ refused: 'already paused' })).incident.status;

    expect([found('open'), found('mitigated')]).toEqual(['mitigating', 'mitigated']);
  });

  test('a resume of what is not paused any more opens again, whoever ended it', () => {
    const paused = applyAction(incident(), action()).incident;
    const gone = applyAction(paused, action({ action: 'resume', by: 'ana', refused: 'not paused' }));
    const failed = applyAction(paused, action({ action: 'resume', by: 'ana', refused: 'no answer' }));

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
  const verdict = (bites: boolean, says: string) => ({ at: ms(NIGHT * 1000), bites, says });

  test('seen to bite it is mitigated, said once', () => {
    const first = verified(paused, verdict(true, 'nothing sent for 30 s'));

    expect([first.incident.status, first.change?.kind]).toEqual(['mitigated', 'mitigated']);
    expect(verified(first.incident, verdict(true, 'nothing sent for 60 s')).change).toBeUndefined();
  });

  test('sending that goes on is mitigating again and escalates, each time in other words', () => {
    const bites = verified(paused, verdict(true, 'nothing sent')).incident;
    const leaks = verified(bites, verdict(false, '40 sent since'));
    const same = verified(leaks.incident, verdict(false, '40 sent since'));
    const more = verified(leaks.incident, verdict(false, '90 sent since'));

    expect(leaks.change).toMatchObject({ kind: 'escalated', from: 'mitigated' });
    expect(leaks.incident).toMatchObject({ status: 'mitigating', severity: 'critical' });
    expect([same.change, more.change?.says]).toEqual([undefined, '90 sent since']);
  });

  test('without a pause there is nothing to say', () => {
    expect(verified(incident(), verdict(true, '')).refused).toBe('not_paused');
    expect(verified(incident({ status: 'resolved' }), verdict(false, '')).refused).toBe('resolved');
  });

  test('another pause is judged anew, and so is one after a resume', () => {
    const leaks = verified(paused, verdict(false, '40 sent since')).incident;

    expect(applyAction(leaks, action({ reason: 'wider' })).incident.verdict).toBeUndefined();
    expect(applyAction(leaks, action({ action: 'resume' })).incident.verdict).toBeUndefined();
    expect(applyAction(leaks, action({ refused: 'no' })).incident.verdict).toBeDefined();
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
