/** `npm run storm`: the whole of tocsin, simulated. In: seeds. Out: a summary, or the line that repeats what went wrong. */
import { Command, InvalidArgumentError } from 'commander';
import { type Outcome, runSeed } from './run.ts';
import { summaryOf } from './summary.ts';

/** The lines of the trace that are shown before what went wrong. */
const SHOWN = 30;
/** A long range says how far it is behind each so many seeds. */
const SAID_EVERY = 250;

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('must be a whole number');
  return value;
};

/** "COUNT", or "FROM..TO". */
const range = (text: string): { from: number; to: number } => {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  return from === undefined || to === undefined
    ? { from: 1, to: number(text) }
    : { from: number(from), to: number(to) };
};

const { seed, seeds, trace, keepGoing } = new Command('storm')
  .option('--seed <n>', 'runs this seed', number)
  .option('--seeds <range>', 'runs COUNT seeds from 1 on, or FROM..TO', range)
  .option('--trace', 'prints all that happens')
  .option('--keep-going', 'goes on behind a seed that fails')
  .parse()
  .opts<{ seed?: number; seeds?: { from: number; to: number }; trace?: true; keepGoing?: true }>();

const chosen = seed === undefined ? (seeds ?? { from: 1, to: 20 }) : { from: seed, to: seed };
const began = performance.now();
const outcomes: Array<Omit<Outcome, 'trace'>> = [];
const failed: number[] = [];
for (let one = chosen.from; one <= chosen.to; one++) {
  const { trace: lines, ...outcome } = await runSeed(one, trace ? { onLine: console.log } : {});
  outcomes.push(outcome);
  if (outcomes.length % SAID_EVERY === 0)
    console.error(`${outcomes.length} seeds, ${failed.length} failed so far`);
  if (outcome.wrong.length === 0) continue;
  failed.push(one);
  if (!trace) for (const line of lines.slice(-SHOWN)) console.log(line);
  for (const what of outcome.wrong) console.log(`seed ${one}: ${what}`);
  console.log(`repeat it with: npm run storm -- --seed ${one} --trace`);
  if (!keepGoing) break;
}
for (const line of summaryOf(outcomes, performance.now() - began)) console.log(line);
if (failed.length > 0) {
  console.log(`failed: ${failed.join(' ')}`);
  process.exitCode = 1;
}
