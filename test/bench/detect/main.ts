/**
 * `npm run bench:detect`: what the detectors are worth. All four tables, or those named: delay, false-alarms, cost,
 * year. BENCH_SEED makes other traffic of the same kind; without it the clock does, so that no seed is a familiar one.
 */
import { cpus, totalmem } from 'node:os';
import { median } from 'simple-statistics';
import { ms } from '../../../src/events/event.ts';
import { type FaultKind, fiftyFaults } from '../year/faults.ts';
import { judge, type Verdict } from '../year/judge.ts';
import { yearOf } from '../year/sender.ts';
import { cost } from './cost.ts';
import { DISPERSIONS, delays, RATES } from './delay.ts';
import { falseAlarms } from './false-alarms.ts';
import { costOfFew } from './few.ts';

const SEED = process.env.BENCH_SEED ?? String(Date.now());
const BURSTS = Number(process.env.BENCH_BURSTS ?? 100);
const RUNS = Number(process.env.BENCH_RUNS ?? 1_000);
const START = ms(Date.parse('2026-01-05T00:00:00+01:00'));
const DAYS = 365;

const say = (line = '') => process.stdout.write(`${line}\n`);

const sayDelays = (): void => {
  say(`\nDelay in seconds, mean of ${BURSTS} bursts; the limit is 1.5 times the bound, or one second`);
  say('dispersion     rate  factor      bound      limit    at a second   anywhere in one');
  let [cells, over, overAnywhere] = [0, 0, 0];
  for (const { dispersion, rate, factor, bound, limit, aligned, anywhere } of delays(SEED, BURSTS)) {
    cells += 1;
    over += aligned > limit ? 1 : 0;
    overAnywhere += anywhere > limit ? 1 : 0;
    const shown = (value: number) =>
      `${value.toFixed(2).padStart(9)}${value > limit ? ' *' : '  '} ${(value / bound).toFixed(2).padStart(7)}x`;
    say(
      `${String(dispersion).padStart(10)} ${String(rate).padStart(8)} ${String(factor).padStart(7)}` +
        `${bound.toFixed(3).padStart(11)}${limit.toFixed(2).padStart(11)}${shown(aligned)}${shown(anywhere)}`,
    );
  }
  say(
    `over the limit: ${over} of ${cells} that begin at a second, ${overAnywhere} that begin anywhere in one`,
  );
};

const sayFalseAlarms = (): void => {
  say(
    `\nFalse alarms a year over 1,000 series of a kind, where 1 is allowed (importance sampling, ${RUNS} runs)`,
  );
  say('dispersion     rate   alarms  standard error');
  const all = DISPERSIONS.flatMap((dispersion) =>
    RATES.map((rate) => falseAlarms({ seed: SEED, rate, dispersion, runs: RUNS, minimum: 10 })),
  );
  for (const { dispersion, rate, alarms, error } of all) {
    say(
      `${String(dispersion).padStart(10)} ${String(rate).padStart(8)} ${alarms.toFixed(2).padStart(8)} ${error.toFixed(2).padStart(15)}`,
    );
  }
  const mean = all.reduce((sum, { alarms }) => sum + alarms, 0) / all.length;
  say(`a year of 1,000 series, a hundred of each kind: ${mean.toFixed(2)}`);
};

const sayCost = (): void => {
  const { series, looks, look, seal, memory } = cost(SEED);
  say(`\nCost with ${series} series, each with messages every second, one core`);
  say(
    `${Math.round(looks)} looks a second; ${look.toFixed(1)} us a look, ${seal.toFixed(1)} us to take a second in`,
  );
  say(`${(memory / 1024).toFixed(0)} KiB a series, windows included`);
  const few = costOfFew();
  say(
    `where ten of ${few.series} change: ${few.look.toFixed(0)} us a second, with all that is learned from it`,
  );
};

const sayYear = (): void => {
  const faults = fiftyFaults(SEED, START);
  const { verdicts, wrongPauses, strong, warnings } = judge(
    yearOf({ seed: SEED, start: START, days: DAYS, faults }),
    faults,
  );
  say('\nA year of two providers with fifty faults: seconds and messages until found, medians and worst');
  say('kind               found  paused      delay (worst)     pause (worst)     leaked (worst)   of');
  for (const kind of [...new Set(faults.map((fault) => fault.kind))].sort()) sayKind(kind, verdicts);
  for (const { fault, found } of verdicts) if (found === null) say(`NOT FOUND: ${fault.id}`);
  say(`pauses of a provider with nothing wrong: ${wrongPauses.length}`);
  for (const line of wrongPauses) say(`  ${line}`);
  say(`incidents with nothing wrong: ${strong.length} with a strong finding, ${warnings.length} warnings`);
  for (const line of [...strong, ...warnings]) say(`  ${line.slice(0, 180)}`);
};

const sayKind = (kind: FaultKind, all: readonly Verdict[]): void => {
  const own = all.filter(({ fault }) => fault.kind === kind);
  const known = (pick: (verdict: Verdict) => number | null) => own.flatMap((one) => pick(one) ?? []);
  const both = (values: readonly number[]) =>
    values.length === 0 ? '-' : `${median([...values])} (${Math.max(...values)})`;
  const found = known((one) => one.found);
  const paused = known((one) => one.paused);
  say(
    `${kind.padEnd(18)} ${`${found.length}/${own.length}`.padStart(5)} ${`${paused.length}/${own.length}`.padStart(7)}` +
      `${both(found).padStart(19)}${both(paused).padStart(18)}${both(own.map(({ leaked }) => leaked)).padStart(19)}` +
      `${median(own.map(({ sent }) => sent))
        .toString()
        .padStart(7)}`,
  );
};

const tables = { delay: sayDelays, 'false-alarms': sayFalseAlarms, cost: sayCost, year: sayYear };
const asked = process.argv.slice(2);
say(`seed ${SEED}; Node ${process.version}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`);
for (const [name, table] of Object.entries(tables)) if (asked.length === 0 || asked.includes(name)) table();
