import { afterEach, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { JournalDraft } from '../../src/incidents/audit/log.ts';
import { type DrillParts, registerDrill } from '../../src/live/drill.ts';
import { calm, NIGHT } from '../incidents/build.ts';
import { startLiveServer } from '../support/live-server.ts';
import { createScriptedSource } from '../support/live-source.ts';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const start = async (over: Partial<DrillParts> = {}) => {
  const written: JournalDraft[] = [];
  const parts: DrillParts = {
    config: configSchema.parse({ mode: 'armed', providers: { alpha: { protected: true } } }),
    mode: () => 'armed',
    context: () => ({ ...calm, handsOff: (name) => (name === 'alpha' ? 'a migration' : undefined) }),
    leading: () => true,
    problems: () => [],
    journal: {
      append: async (drafts) => {
        written.push(...drafts);
        return 'written';
      },
    },
    clock: () => ms(NIGHT * 1000),
    ...over,
  };
  const register: Parameters<typeof startLiveServer>[1] = { register: (app) => registerDrill(app, parts) };
  const { url, close } = await startLiveServer(createScriptedSource().source, register);
  open.push(close);
  const ask = async (path: string) => (await fetch(`${url}/v1/drill/${path}`)).json();
  const post = (body: unknown, type = 'application/json') =>
    fetch(`${url}/v1/drill/alpha`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
  return { written, ask, post };
};

test('says how it stands, and what would hold back a pause', async () => {
  const { ask } = await start();

  expect(await ask('alpha?category=marketing')).toEqual({
    configuration: expect.stringMatching(/^[0-9a-f]{16}$/),
    mode: 'armed',
    leading: true,
    problems: [],
    against: [
      { guardrail: 'hands_off', says: 'hands off: a migration' },
      { guardrail: 'protected', says: expect.stringContaining('only a person') },
    ],
  });
  expect(await ask('beta')).toMatchObject({ against: [] });
  expect(await ask('beta?colour=red')).toMatchObject({ error: expect.stringMatching(/colour/) });
});

test('asks about exactly what is to be paused', async () => {
  const { ask } = await start({ context: () => ({ ...calm, carriers: new Map([['otp', ['beta']]]) }) });

  expect(await ask('beta?category=marketing')).toMatchObject({ against: [] });
  expect(await ask('beta')).toMatchObject({ against: [{ guardrail: 'last_carrier' }] });
});

test('writes a drill into the journal, without the number somebody typed', async () => {
  const { written, post } = await start();
  const body = { by: '+33612345678', says: '9 ok, 1 failed (Kafka)', failed: ['Kafka'] };

  expect((await post(body)).status).toBe(200);
  expect(written).toEqual([
    {
      at: NIGHT * 1000,
      incident: null,
      kind: 'drill',
      cause: '9 ok, 1 failed (Kafka)',
      by: '•••',
      evidence: { provider: 'alpha', failed: ['Kafka'] },
    },
  ]);
  expect((await post({ ...body, failed: 'Kafka' })).status).toBe(400);
  // What a form of another site can send without asking first.
  expect((await post(body, 'text/plain')).status).toBe(400);
  expect(written).toHaveLength(1);
});
