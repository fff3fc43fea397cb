/**
 * `npm run bench`: one topic of a real Kafka, in one run:
 *   reference   bare kafkajs: consume and JSON.parse, nothing else
 *   memory      the whole daemon, every detector on, windows in the process
 *   redis       the same, windows in a real Redis
 * Then one, two and four daemons side by side, the time from a produced message to the gate under load, and what a look
 * costs while incidents pile up.
 * Each is run BENCH_ROUNDS times in turn; the figures are medians, and ratios to the reference of the same round.
 * With BENCH_LONG=1 also what the process holds as ten million events pass.
 */
import { randomUUID } from 'node:crypto';
import { cpus, totalmem } from 'node:os';
import { Kafka, logLevel } from 'kafkajs';
import { median } from 'simple-statistics';
import { KAFKA_4, startKafka } from '../support/kafka-server.ts';
import { startRedis } from '../support/redis-server.ts';
import { latencies } from './latency.ts';
import { memoryOver } from './memory.ts';
import { produceSteady } from './produce.ts';
import { type Rate, reference, wholeDaemon } from './rates.ts';
import { redisUse } from './redis-use.ts';
import { sideBySide } from './side-by-side.ts';
import { storm } from './storm.ts';

const events = Number(process.env.BENCH_EVENTS ?? 300_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** Pauses timed at each rate. */
const SAMPLES = Number(process.env.BENCH_SAMPLES ?? 200);
/** Providers that go wrong, one after the other. */
const PILED = 150;
const PASSING = process.env.BENCH_LONG ? 10_000_000 : 0;
const partitions = 3;

const kafkaServer = process.env.KAFKA_BROKERS ? undefined : await startKafka(KAFKA_4);
const redisServer = process.env.REDIS_URL ? undefined : await startRedis();
const brokers = (process.env.KAFKA_BROKERS || kafkaServer?.brokers || '').split(',');
const redisUrl = process.env.REDIS_URL || redisServer?.url || '';
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });

const topic = `bench-${randomUUID()}`;
const source = { kafka, brokers, topic, partitions, events };
const RUNS = {
  reference: () => reference(source),
  memory: () => wholeDaemon(source),
  redis: () => wholeDaemon(source, redisUrl),
};
type Name = keyof typeof RUNS;
const NAMES: readonly Name[] = ['reference', 'memory', 'redis'];
const shown = (value: number, width: number) => Math.round(value).toLocaleString('en-US').padStart(width);

await produceSteady({ kafka, topic, partitions, events });
console.log(
  `${events} events, ${partitions} partitions, Kafka ${kafkaServer ? KAFKA_4 : 'given'}; Node ${process.version}, ` +
    `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
for (const name of NAMES)
  console.log(`warm-up ${name.padEnd(10)} ${shown((await RUNS[name]()).rate, 9)} events/s`);

const rounds: Readonly<Record<Name, Rate>>[] = [];
let asked = { commands: 0, bytes: 0 };
for (let round = 0; round < ROUNDS; round++) {
  const plain = await reference(source);
  const memory = await wholeDaemon(source);
  const before = await redisUse(redisUrl);
  const redis = await wholeDaemon(source, redisUrl);
  const after = await redisUse(redisUrl);
  asked = { commands: after.commands - before.commands, bytes: after.bytes - before.bytes };
  rounds.push({ reference: plain, memory, redis });
  console.log(
    `round ${round + 1}  ${NAMES.map((name) => `${name} ${shown(rounds[round]?.[name].rate ?? 0, 8)}`).join('  ')}`,
  );
}

console.log(
  '\n            events/s   ratio of a round, median (min to max)   us of processor   bytes allocated',
);
for (const name of NAMES) {
  const of = (value: (rate: Rate) => number) => median(rounds.map((round) => value(round[name])));
  const ratios = rounds.map((round) => round[name].rate / round.reference.rate);
  const spread = `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
  console.log(
    `${name.padEnd(10)} ${shown(
      of(({ rate }) => rate),
      9,
    )}   ${spread.padEnd(37)}   ` +
      `${of(({ cpu }) => cpu)
        .toFixed(2)
        .padStart(15)}   ${shown(
        of(({ bytes }) => bytes),
        15,
      )}`,
  );
}
console.log(
  `\nRedis, an event: ${(asked.commands / events).toFixed(2)} commands, those of scripts included; ` +
    `${(asked.bytes / events).toFixed(1)} bytes sent to it`,
);

console.log('\nside by side, windows in Redis:');
let alone = 0;
for (const instances of [1, 2, 4]) {
  const { rate, cpu } = await sideBySide({ kafka, brokers, redisUrl, instances, events });
  alone ||= rate;
  const share = (rate / alone).toFixed(2);
  console.log(
    `${instances} processes ${shown(rate, 9)} events/s   ${share}   ${cpu.toFixed(2)} us of processor`,
  );
}

console.log('\nfrom a produced message to the gate, one process, windows in Redis:');
for await (const found of latencies({ kafka, brokers, redisUrl, shares: [0.2, 0.5, 0.8], samples: SAMPLES }))
  console.log(
    `${Math.round(found.share * 100)} % of the highest rate held, ${shown(found.rate, 7)} events/s: ` +
      `p50 ${shown(found.p50, 5)} ms   p99 ${shown(found.p99, 5)} ms   (${found.samples} samples)`,
  );

console.log('\na look while incidents pile up, windows in Redis:');
for await (const { paused, cpu } of storm(PILED, redisUrl))
  console.log(`${shown(paused, 5)} paused and open   ${cpu.toFixed(0).padStart(5)} ms of processor a look`);

if (PASSING > 0) console.log('\n10,000 series, a million people an hour, windows in Redis:');
if (PASSING > 0)
  for await (const { events: done, heap, rss } of memoryOver(PASSING, redisUrl))
    console.log(
      `${shown(done, 10)} events   heap and buffers ${shown(heap, 5)} MiB   resident ${shown(rss, 5)} MiB`,
    );

await kafkaServer?.stop();
await redisServer?.stop();
process.exit(0);
