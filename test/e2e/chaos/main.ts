/**
 * `npm run chaos`: CHAOS_FAULTS faults (200), by CHAOS_SEED (a new one, and printed), CHAOS_REDIS=cluster for three
 * masters, at most CHAOS_MINUTES (60). Prints the faults by kind and what was found; ends with 1 when anything was.
 */
import { buildOnce } from '../../support/build.ts';
import { type Outcome, runChaos } from './run.ts';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const seed = number('CHAOS_SEED', Math.floor(Math.random() * 1e6));
const count = number('CHAOS_FAULTS', 200);
const minutes = number('CHAOS_MINUTES', 60);
const redis = process.env.CHAOS_REDIS === 'cluster' ? 'cluster' : 'single';

const longest = (times: readonly number[]) => `${(Math.max(0, ...times) / 1_000).toFixed(1)} s`;
const middle = (times: readonly number[]) =>
  `${((times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0) / 1_000).toFixed(1)} s`;

const print = ({ faults, wrong, takeovers, messages, lumps }: Outcome): void => {
  const total = [...faults.values()].reduce((sum, { times }) => sum + times, 0);
  console.log(`\nseed ${seed}, ${redis}: ${total} faults, ${messages} messages, ${lumps} incidents\n`);
  for (const [fault, { times, settled }] of [...faults].sort())
    console.log(
      `${String(times).padStart(4)}  ${fault}: settled in ${middle(settled)}, at most ${longest(settled)}`,
    );
  for (const [how, times] of Object.entries(takeovers))
    console.log(
      `${String(times.length).padStart(4)}  takeovers from a leader that was ${how}: ${middle(times)}, at most ${longest(times)}`,
    );
  console.log(
    wrong.length === 0 ? '\nnothing was found wrong' : `\n${wrong.length} things were found wrong:`,
  );
  for (const { number, fault, what } of wrong) console.log(`  after ${number}, ${fault}: ${what}`);
};

await buildOnce();
console.log(`seed ${seed}: ${count} faults at most, ${redis}`);
const began = Date.now();
const outcome = await runChaos({
  seed,
  count,
  redis,
  within: minutes * 60_000,
  say: (line) => console.log(line),
});
print(outcome);
console.log(`took ${((Date.now() - began) / 60_000).toFixed(1)} min`);
process.exit(outcome.wrong.length > 0 ? 1 : 0);
