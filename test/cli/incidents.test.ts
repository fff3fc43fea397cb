/** The commands against a server that shows what the test tells it to. */
import { afterEach, expect, test } from 'vitest';
import { loadTokens, newToken } from '../../src/config/tokens.ts';
import { ms } from '../../src/events/event.ts';
import { asDone } from '../../src/incidents/action.ts';
import { startLiveServer } from '../support/live-server.ts';
import { createScriptedSource, incidentOf, NIGHT } from '../support/live-source.ts';
import { tocsinResult } from '../support/tocsin.ts';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const pause = asDone({
  at: ms(NIGHT),
  action: 'pause',
  provider: 'alpha',
  incident: 'alpha-20261028T190004Z',
  reason: 'burst and repeats',
  dryRun: true,
  by: 'policy',
});

const ana = newToken('ana', 'operator');
const bob = newToken('bob', 'viewer');

test('incidents are listed, shown and acknowledged, in the name of the token', {
  timeout: 120_000,
}, async () => {
  const incident = incidentOf('alpha', { actions: [pause] });
  const { source, orders } = createScriptedSource({ incidents: [incident] });
  const { url, close } = await startLiveServer(source, {
    tokens: loadTokens({}, { tokens: `${ana.line},${bob.line}` }),
  });
  open.push(close);
  const as = (token: string, ...args: string[]) =>
    tocsinResult([...args, '--url', url], { TOCSIN_TOKEN: token });
  const [list, one, unknown, taken, viewer] = await Promise.all([
    as(bob.token, 'incidents'),
    as(bob.token, 'incidents', incident.id),
    as(bob.token, 'incidents', 'none'),
    as(ana.token, 'acknowledge', incident.id, '--by', 'somebody else', '--json'),
    as(bob.token, 'acknowledge', incident.id),
  ]);
  expect(list.stdout).toBe(
    `${incident.id} open critical since 2026-10-28T19:00:10.000Z: 240 messages in 8 s where 12.5 were expected\n`,
  );
  expect(one.stdout).toContain('\nacknowledged by nobody\n');
  expect(one.stdout).toContain('pause alpha by policy: burst and repeats (only rehearsed)');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('no such incident')]);
  expect(JSON.parse(taken.stdout)).toEqual({ incident: incident.id, action: 'acknowledge', by: 'ana' });
  expect([viewer.code, viewer.stderr]).toEqual([1, expect.stringContaining('a viewer may look')]);
  expect(orders).toEqual([['acknowledge', incident.id, 'ana']]);
});

test('a new token is printed once, with its line', { timeout: 60_000 }, async () => {
  const made = await tocsinResult(['token', 'new', 'chloe', '--role', 'viewer', '--json']);
  const { token, line } = JSON.parse(made.stdout);
  expect(loadTokens({}, { tokens: line })[0]?.caller).toEqual({
    name: 'chloe',
    role: 'viewer',
    kind: 'person',
  });
  expect(token).toMatch(/^tocsin_[\w-]{43}$/);
});
