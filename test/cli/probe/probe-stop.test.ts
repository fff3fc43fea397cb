import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failuresOf } from '../../../src/cli/probe/probe.ts';
import { type ProbeWorld, probeStop, stopRequests } from '../../../src/cli/probe/probe-stop.ts';
import { stopProbe } from '../../../src/config/probe.ts';
import type { ProbeSeen } from '../../../src/live/probe.ts';
import { hang, startFakeSender, status } from '../../support/fake-sender.ts';

const NUMBER = '+33 6 •• •• •• 78';
const NOTHING: ProbeSeen = { number: NUMBER, arrived: {}, recorded: [] };
const ARRIVED: ProbeSeen = { ...NOTHING, arrived: { 36200: [[7, 1]] } };
const BOTH: ProbeSeen = { ...ARRIVED, recorded: [[9, 1]] };

describe('the probe of STOP', () => {
  let sender: Awaited<ReturnType<typeof startFakeSender>>;
  let waits: number[];
  beforeEach(async () => {
    sender = await startFakeSender();
    waits = [];
  });
  afterEach(() => sender.stop());

  const config = (more: object = {}, request: object = {}) =>
    stopProbe.parse({
      number: '+33612345678',
      codes: ['36200'],
      limit: '10s',
      request: { url: `${sender.url}/send`, body: '{"to":"{to}"}', timeout: '200ms', ...request },
      ...more,
    });
  /** The daemon says these in turn, the last one again and again; time passes only by waiting. */
  const probe = async (settings: ReturnType<typeof config>, ...seen: (ProbeSeen | Error)[]) => {
    const requests = stopRequests(settings, {});
    if ('error' in requests) throw new Error(requests.error);
    let now = 0;
    const world: ProbeWorld = {
      now: () => now,
      sleep: async (wait) => {
        waits.push(wait);
        now += wait;
      },
      look: async () => {
        const next = (seen.length > 1 ? seen.shift() : seen[0]) ?? NOTHING;
        if (next instanceof Error) throw next;
        return next;
      },
    };
    const outcome = await probeStop(settings, requests, world);
    return { outcome, failures: failuresOf(settings, outcome) };
  };

  test('is over as soon as both have come round, and says how long each took', async () => {
    const { outcome, failures } = await probe(config(), NOTHING, NOTHING, ARRIVED, ARRIVED, BOTH);
    expect(outcome).toEqual({ codes: [{ code: '36200', arrived: 1_000 }], recorded: 3_000 });
    expect([failures, waits]).toEqual([[], [1_000, 1_000, 1_000]]);
    expect(sender.calls).toMatchObject([{ method: 'POST', url: '/send', body: '{"to":"36200"}' }]);
    expect(sender.calls[0]?.headers['content-type']).toBe('application/json');
  });

  test('that nothing comes of says so at the limit, and not before', async () => {
    const { failures } = await probe(config(), NOTHING);
    expect(waits).toEqual(Array(10).fill(1_000));
    expect(failures).toEqual([
      expect.stringMatching(/^36200: the answer never arrived within 10 s/),
      'no opt-out was recorded within 10 s',
    ]);
  });

  test('tells which half is missing', async () => {
    expect((await probe(config(), NOTHING, ARRIVED)).failures).toEqual([
      'the answer arrived, but nobody recorded the opt-out within 10 s',
    ]);
    const recorded = { ...NOTHING, recorded: [[9, 1]] as const };
    expect((await probe(config(), NOTHING, recorded)).failures).toEqual([
      expect.stringMatching(/^36200: the answer never arrived/),
    ]);
  });

  test('waits only for what is expected', async () => {
    for (const [expect_, seen] of [
      ['received', ARRIVED],
      ['opted_out', { ...NOTHING, recorded: [[9, 1]] as const }],
    ] as const) {
      waits = [];
      const { failures } = await probe(config({ expect: [expect_] }), NOTHING, NOTHING, seen);
      expect([failures, waits]).toEqual([[], [1_000]]);
    }
  });

  test('does not take what came round of an earlier one, unless there is more of it', async () => {
    expect((await probe(config(), BOTH)).failures).toHaveLength(2);
    const more: ProbeSeen = { number: NUMBER, arrived: { 36200: [[7, 2]] }, recorded: [[8, 1]] };
    // The earlier ones leave the last hour meanwhile.
    expect((await probe(config(), BOTH, more)).failures).toEqual([]);
  });

  test('tries every code, and names those that are dead', async () => {
    const { outcome, failures } = await probe(config({ codes: ['36200', '36111'] }), NOTHING, BOTH);
    expect(outcome.codes).toEqual([{ code: '36200', arrived: 0 }, { code: '36111' }]);
    expect(failures).toEqual([expect.stringMatching(/^36111: the answer never arrived/)]);
  });

  test('sends again after an error, and when it is told to wait', async () => {
    sender.behave(status(500), status(429, { 'retry-after': '7' }));
    const { failures } = await probe(config(), NOTHING, BOTH);
    expect([failures, waits, sender.calls.length]).toEqual([[], [500, 7_000], 3]);
  });

  test.each([
    ['errors', [status(500), status(503), status(502)], 3, 'was answered 502, 3 times tried'],
    ['silence', [hang, hang, hang], 3, 'had no answer in time, 3 times tried'],
    ['a refusal', [status(401)], 1, 'was answered 401: the credentials are refused'],
    ['a redirect', [status(302, { location: '/else' })], 1, 'was answered 302: a redirect is not followed'],
    [
      'a wait beyond the limit',
      [status(429, { 'retry-after': '11' })],
      1,
      'was answered 429: it asks too often, and is to wait 11 s, which is beyond the limit',
    ],
  ])('gives up on %s, and waits for nothing then', async (_name, behaviours, tries, why) => {
    sender.behave(...behaviours);
    const { failures } = await probe(config(), NOTHING);
    expect(failures).toEqual([expect.stringContaining(`36200: STOP could not be sent: the request ${why}`)]);
    expect([sender.calls.length, waits.includes(1_000) && tries === 1]).toEqual([tries, false]);
  });

  test('outlives a daemon that is away for a while, and blames nobody when it is away at the end', async () => {
    const away = new Error('no tocsin answers');
    expect((await probe(config(), NOTHING, away, away, BOTH)).failures).toEqual([]);
    await expect(probe(config(), NOTHING, away)).rejects.toBe(away);
    await expect(probe(config(), away)).rejects.toBe(away);
    // Nothing was sent before it was known that somebody looks.
    expect(sender.calls).toHaveLength(2);
  });

  test.each([
    ['number', { number: '0612345678' }, /must be in E\.164/],
    ['number', { number: 33612345678 }, /in quotes/],
    ['codes.0', { codes: [36200] }, /in quotes/],
    ['codes', { codes: [] }, /./],
    ['expect', { expect: [] }, /./],
    ['request.body', { request: { url: 'http://a.test', method: 'GET', body: '{}' } }, /a GET has none/],
  ])('is refused with a wrong %s', (path, more, message) => {
    const request = { url: 'http://a.test' };
    const parsed = stopProbe.safeParse({ number: '+33612345678', codes: ['36200'], request, ...more });
    const [issue] = parsed.error?.issues ?? [];
    expect([issue?.path.join('.'), issue?.message]).toEqual([path, expect.stringMatching(message)]);
  });
});
