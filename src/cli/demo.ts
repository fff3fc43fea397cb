/**
 * `tocsin demo`: the salon's night on embedded defaults. The real daemon, the real detectors and the real pause;
 * only the providers are simulated, and so is the clock, so that six hours pass in a few minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { type LogFn, type Logger, pino } from 'pino';
import { configSchema } from '../config/schema.ts';
import { type Daemon, startDaemon } from '../daemon/daemon.ts';
import { type Ms, ms, type SmsEvent } from '../events/event.ts';
import { tookPlace } from '../incidents/action.ts';
import { stops, targetName } from '../respond/target.ts';
import { type Simulation, simulate } from '../simulate/stream.ts';
import { toJson } from '../simulate/write.ts';
import { EXIT, endProcess } from './exit.ts';
import { aborted, stopAsked } from './stop-asked.ts';

const at = (time: string): Ms => ms(Date.parse(`2026-10-28T${time}+01:00`));
const HISTORY_FROM = at('19:00:00');
const NIGHT_FROM = at('19:58:00');
const NIGHT_TO = ms(Date.parse('2026-10-29T02:15:00+01:00'));

/** How fast the night passes: quick before it, slow when it matters, then fast to the morning. */
const PACE: ReadonlyArray<{ readonly until: Ms; readonly speed: number }> = [
  { until: at('19:59:50'), speed: 8 },
  { until: at('20:01:00'), speed: 3 },
  { until: at('20:10:00'), speed: 30 },
  { until: NIGHT_TO, speed: 300 },
];
const TURN = 50;
const PARTITION = 'demo';

export const demoCommand = (command: Command): Command =>
  command
    .option('--port <port>', 'port of the live view', '8787')
    .option('--speed <factor>', 'times the usual pace of the demo', '1')
    .option('--seed <number>', 'another night of the same kind', '1')
    .option('--stay', 'keep the live view open at the end, until Ctrl-C', process.stdout.isTTY)
    .option('--no-stay', 'end with the night')
    .action(demo);

const demo = async (options: { port: string; speed: string; seed: string; stay: boolean }): Promise<void> => {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  const config = configSchema.parse({
    mode: 'armed',
    dataDir,
    providers: { alpha: { category: 'marketing' }, beta: {} },
    detect: { every: '100ms' },
    live: { port: Number(options.port) },
  });
  const clock = createNightClock(Number(options.speed));
  const log = pino(
    { level: 'error', hooks: { logMethod: alertsAside } },
    pino.destination({ fd: 2, sync: true }),
  );
  const daemon = await startDaemon({
    config,
    secrets: {},
    log,
    clock: clock.now,
    env: {},
    onMoment: ({ changes }) => {
      for (const change of changes) say(`${local(clock.now())}  ${change.kind.padEnd(9)} ${change.says}`);
    },
    onAction: (action) =>
      say(
        `${local(action.at)}  ${tookPlace(action) ? action.action.toUpperCase() : 'held'}     ${action.provider}: ${action.refused ?? action.reason}`,
      ),
  });

  say(`The salon's night. Live view: ${daemon.url}\n`);
  const night = simulate({
    seed: Number(options.seed),
    scenario: 'salon-night',
    start: HISTORY_FROM,
    end: NIGHT_TO,
    brake: (provider) => daemon.pauses().some((pause) => stops(pause, { provider, category: 'marketing' })),
  });
  const asked = stopAsked();
  await play({ night, daemon, now: clock.now, start: clock.start, isOver: () => asked.aborted });
  say(`\n${report(night, daemon)}`);
  if (options.stay && !asked.aborted) {
    say(`\nThe live view stays at ${daemon.url} until Ctrl-C.`);
    await aborted(asked);
  }
  const undone = await daemon.stop();
  rmSync(dataDir, { recursive: true, force: true });
  endProcess(undone.length === 0 ? EXIT.ok : EXIT.failed);
};

/** Without Slack, alerts are logged; the demo tells the same by itself, more readably. */
function alertsAside(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  if (args[1] !== 'alert') method.apply(this, args);
}

/** Scenario time: stands still until started, then runs at the pace of the moment. */
const createNightClock = (factor: number) => {
  let startedAt: number | undefined;
  const now = (): Ms => {
    if (startedAt === undefined) return NIGHT_FROM;
    let left = (performance.now() - startedAt) * factor;
    let time: number = NIGHT_FROM;
    for (const { until, speed } of PACE) {
      const wall = (until - time) / speed;
      if (left <= wall) return ms(Math.floor(time + left * speed));
      left -= wall;
      time = until;
    }
    return NIGHT_TO;
  };
  return {
    now,
    start: () => {
      startedAt = performance.now();
    },
  };
};

/** Feeds the daemon what has happened by now, turn by turn, until the night is over. */
const play = async (parts: {
  night: Simulation;
  daemon: Daemon;
  now: () => Ms;
  start: () => void;
  isOver: () => boolean;
}): Promise<void> => {
  const { night, daemon, now } = parts;
  const { epoch, next: from } = await daemon.claim(PARTITION);
  let next = from;
  let waiting: SmsEvent | undefined;
  const upTo = (time: Ms): SmsEvent[] => {
    const due: SmsEvent[] = [];
    for (;;) {
      waiting ??= night.next().value ?? undefined;
      if (waiting === undefined || waiting.at > time) return due;
      due.push(waiting);
      waiting = undefined;
    }
  };
  const feed = async (events: readonly SmsEvent[]) => {
    if (events.length === 0) return;
    const records = events.map((event, index) => ({
      offset: next + index,
      value: Buffer.from(toJson(event)),
    }));
    await daemon.ingest({ partition: PARTITION, epoch, from: next, next: next + events.length, records });
    next += events.length;
  };

  await feed(upTo(now()));
  await daemon.tick();
  parts.start();
  while (!parts.isOver() && now() < NIGHT_TO) {
    await feed(upTo(now()));
    await wait(TURN);
  }
  await daemon.tick();
};

const report = (night: Simulation, daemon: Daemon): string => {
  const { runaway, spared } = night.tally;
  const real = runaway.messages + spared.messages;
  const pause = daemon.pauses()[0];
  const paused = pause && targetName(pause);
  const count = (n: number) => n.toLocaleString('en-US');
  return [
    pause ? `${paused} was paused at ${local(pause.since)}: ${pause.reason}` : 'Nothing was paused.',
    '',
    `                 that night      with tocsin`,
    `  sent       ${count(real).padStart(14)} ${count(runaway.messages).padStart(16)}`,
    `  until      ${'02:00:00'.padStart(14)} ${(pause ? local(pause.since) : '02:00:00').padStart(16)}`,
    '',
    `${count(spared.messages)} messages were spared (${((100 * spared.messages) / Math.max(1, real)).toFixed(1)} %).`,
    pause ? `Undo it as a person would: tocsin resume ${pause.provider} --url ${daemon.url}` : '',
  ].join('\n');
};

const local = (time: number): string =>
  new Date(time).toLocaleTimeString('en-GB', { timeZone: 'Europe/Paris', hour12: false });
