import { expect, test } from 'vitest';
import { Fenced } from '../../src/cluster/lease.ts';
import type { JournalDraft } from '../../src/incidents/audit/log.ts';
import type { Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction } from '../../src/incidents/lifecycle.ts';
import { createPublisher } from '../../src/incidents/publish.ts';
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
  const written: JournalDraft[] = [];
  const publisher = createPublisher({
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
  return { publisher, saved, told, written };
};

test('a change is saved as pending before it is told, and as done behind the journal', async () => {
  const { publisher, saved, told, written } = setUp();

  await publisher.write([paused]);

  expect(saved.map(({ pending }) => pending?.length)).toEqual([1, undefined]);
  expect([told.length, written.length]).toEqual([1, 1]);
});

test('an alert goes out though nothing can be saved, once, and the rest follows when it can', async () => {
  let full = true;
  const { publisher, told, written } = setUp({
    save: async () => {
      if (full) throw new Error('disk full');
    },
  });

  await expect(publisher.write([paused])).rejects.toThrow('disk full');
  await expect(publisher.write([])).rejects.toThrow('disk full');
  full = false;
  await publisher.write([]);

  expect([told.length, written.length]).toEqual([1, 1]);
});

test('what is written at the same time is told and written once each, in order', async () => {
  const { publisher, told, written } = setUp();
  const taken = acknowledge(paused.incident, paused.at, 'ana').change;

  await Promise.all([publisher.write([paused]), taken && publisher.write([taken]), publisher.keep([])]);

  expect(told).toEqual(['Paused by policy: a burst by night', 'Acknowledged by ana']);
  expect(written.map(({ revision }) => revision)).toEqual([2, 3]);
});

test('an instance that was fenced says so, and forgets it when it loads again', async () => {
  const { publisher, written } = setUp({ append: async () => 'fenced' });

  await expect(publisher.write([paused], 1)).rejects.toThrow(Fenced);
  publisher.recover([]);
  await publisher.write([]);

  expect(written).toEqual([]);
});
