import { expect, test } from 'vitest';
import { Fenced } from '../../src/cluster/lease.ts';
import type { Draft } from '../../src/incidents/audit/log.ts';
import type { Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction } from '../../src/incidents/lifecycle.ts';
import { createTelling } from '../../src/incidents/publish.ts';
import { action, incident } from './build.ts';

const changeOf = (known: Incident, reason: string): IncidentChange => {
  const { change } = applyAction(known, action({ reason }));
  if (!change) throw new Error('no change');
  return change;
};
const paused = changeOf(incident(), 'a burst by night');

const setUp = (over: { save?: () => Promise<void>; append?: () => Promise<'written' | 'fenced'> } = {}) => {
  const saved: Incident[] = [];
  const told: string[] = [];
  const written: Draft[] = [];
  const telling = createTelling({
    store: {
      save: async (incidents) => {
        await over.save?.();
        saved.push(...incidents);
      },
    },
    tell: async (changes) => {
      told.push(...changes.map(({ says }) => says));
    },
    journal: {
      append: async (drafts) => {
        const answer = (await over.append?.()) ?? 'written';
        if (answer === 'written') written.push(...drafts);
        return answer;
      },
    },
  });
  return { telling, saved, told, written };
};

test('a change is saved as pending before it is told, and as done behind the journal', async () => {
  const { telling, saved, told, written } = setUp();

  await telling.write([paused]);

  expect(saved.map(({ pending }) => pending?.length)).toEqual([1, undefined]);
  expect([told.length, written.length]).toEqual([1, 1]);
});

test('an alert goes out though nothing can be saved, once, and the rest follows when it can', async () => {
  let full = true;
  const { telling, told, written } = setUp({
    save: async () => {
      if (full) throw new Error('disk full');
    },
  });

  await expect(telling.write([paused])).rejects.toThrow('disk full');
  await expect(telling.write([])).rejects.toThrow('disk full');
  full = false;
  await telling.write([]);

  expect([told.length, written.length]).toEqual([1, 1]);
});

test('what is written at the same time is told and written once each, in order', async () => {
  const { telling, told, written } = setUp();
  const taken = acknowledge(paused.incident, paused.at, 'ana').change;

  await Promise.all([telling.write([paused]), taken && telling.write([taken]), telling.keep([])]);

  expect(told).toEqual(['Paused by policy: a burst by night', 'Acknowledged by ana']);
  expect(written.map(({ revision }) => revision)).toEqual([2, 3]);
});

test('an instance that was fenced says so, and forgets it when it loads again', async () => {
  const { telling, written } = setUp({ append: async () => 'fenced' });

  await expect(telling.write([paused], 1)).rejects.toThrow(Fenced);
  telling.recover([]);
  await telling.write([]);

  expect(written).toEqual([]);
});
