import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulateCommand } from '../../src/cli/simulate.ts';
import { ms, type SmsEvent } from '../../src/events/event.ts';
import { paced } from '../../src/simulate/pace.ts';
import { simulate } from '../../src/simulate/stream.ts';
import { toJson } from '../../src/simulate/write.ts';

const start = ms(Date.parse('2026-10-28T19:59:30+01:00'));
const minutes = (count: number) =>
  simulate({ seed: 'w', scenario: 'salon-night', start, end: ms(start + count * 60_000) });
const linesOf = (content: string) => content.trimEnd().split('\n');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

const command = (...args: string[]) =>
  simulateCommand(new Command().exitOverride()).parseAsync(args, { from: 'user' });
const night = ['--seed', 'w', '--start', '2026-10-28T19:59:30+01:00', '--for', '2m'];

describe('an event as JSON', () => {
  it('has its times as RFC 3339', () => {
    const announced: SmsEvent = {
      type: 'announced',
      id: 'spring',
      at: ms(0),
      campaign: 'spring',
      start: ms(1_000),
      end: ms(2_000),
      audience: 10,
    };

    expect(JSON.parse(toJson(announced))).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      start: '1970-01-01T00:00:01.000Z',
      end: '1970-01-01T00:00:02.000Z',
      audience: 10,
    });
  });
});

describe('tocsin simulate', () => {
  it('writes every event of the scenario as a line, gzipped when the file is named so', async () => {
    const plain = join(folder, 'night.ndjson');
    await command(...night, '--out', plain);
    await command(...night, '--out', `${plain}.gz`);

    const written = await readFile(plain, 'utf8');

    expect(linesOf(written)).toEqual([...minutes(2)].map(toJson));
    expect(gunzipSync(await readFile(`${plain}.gz`)).toString()).toBe(written);
  });

  it('puts history before the start and the fault where it is asked', async () => {
    const file = join(folder, 'history.ndjson');
    await command(...night, '--history', '10m', '--burst-after', '1m', '--out', file);

    const events = linesOf(await readFile(file, 'utf8')).map((line) => JSON.parse(line));

    expect(Date.parse(events[0].at)).toBeLessThan(start - 500_000);
    const unasked = events.find((event) => event.type === 'sent' && event.order === undefined);
    expect(Date.parse(unasked.at) - start).toBeGreaterThanOrEqual(60_000);
    expect(Date.parse(unasked.at) - start).toBeLessThan(62_000);
  });

  it('stops after as many events as were asked for', async () => {
    const file = join(folder, 'few.ndjson');
    await command('--scenario', 'steady', '--rate', '100', '--events', '2500', '--out', file);

    expect(linesOf(await readFile(file, 'utf8')).length).toBe(2_500);
  });

  it('sends to a daemon over HTTP, again when it is busy', async () => {
    const bodies: string[] = [];
    let requests = 0;
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const busy = ++requests === 1;
      if (!busy) bodies.push(body);
      response.writeHead(busy ? 503 : request.url === '/v1/events' ? 202 : 404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    await command(...night, '--http', `http://127.0.0.1:${port}`);
    server.close();

    expect(linesOf(bodies.join(''))).toEqual([...minutes(2)].map(toJson));
    expect(requests).toBe(bodies.length + 1);
  });

  it('says where it could not write', async () => {
    await expect(command(...night, '--out', join(folder, 'missing', 'file'))).rejects.toThrow(/ENOENT/);
  });

  it('refuses a start without an offset', async () => {
    await expect(command('--start', '2026-10-28T20:00')).rejects.toThrow(/RFC 3339/);
  });
});

describe('pacing', () => {
  it('hands out at once what lies before now, and the rest in step with the clock', async () => {
    const origin = ms(start + 60_000);
    const begun = Date.now();
    const early: number[] = [];
    const late: number[] = [];
    const pace = { speed: 120, origin, signal: new AbortController().signal };

    for await (const batch of paced(minutes(2), pace)) {
      const elapsed = Date.now() - begun;
      for (const event of batch) {
        (event.at < origin ? early : late).push(event.at);
        expect(event.at).toBeLessThanOrEqual(origin + (elapsed + 5) * 120);
      }
    }

    expect(early.length + late.length).toBe([...minutes(2)].length);
    expect(early.length).toBeGreaterThan(0);
    expect(Date.now() - begun).toBeGreaterThan(450);
  });

  it('ends when it is told to, without an error', async () => {
    const abort = new AbortController();
    const pace = { speed: 'max' as const, origin: start, signal: abort.signal };
    let batches = 0;

    for await (const _ of paced(minutes(300), pace)) {
      batches++;
      abort.abort();
    }

    expect(batches).toBe(1);
  });
});
