/** What a range of seeds came to, in lines for people. */
import type { Outcome } from './run.ts';

const HOUR = 3_600_000;

export const summaryOf = (outcomes: readonly Omit<Outcome, 'trace'>[], took: number): string[] => {
  const sum = (of: (one: Omit<Outcome, 'trace'>) => number) =>
    outcomes.reduce((total, one) => total + of(one), 0);
  const hours = sum(({ length }) => length) / HOUR;
  const kept = outcomes.flatMap((one) => one.kept);
  const names = [...new Set(kept.map(({ fault, due }) => `${fault.kind.name}, ${due}`))].sort();
  return [
    `${outcomes.length} seeds, ${outcomes.filter(({ wrong }) => wrong.length > 0).length} failed; ${hours.toFixed(1)} simulated hours in ${(took / 1_000).toFixed(1)} s, ${((hours * 60_000) / took).toFixed(0)} hours a minute`,
    `${sum(({ records }) => records)} records, ${sum(({ steps }) => steps)} steps, ${sum(({ deaths }) => deaths)} deaths, ${sum(({ freezes }) => freezes)} freezes, ${sum(({ restarts }) => restarts)} restarts, ${sum(({ spells }) => spells)} spells of bad weather`,
    ...names.map((name) => {
      const delays = kept
        .filter(({ fault, due }) => `${fault.kind.name}, ${due}` === name)
        .map(({ delay = 0 }) => delay)
        .sort((a, b) => a - b);
      const at = (share: number) => seconds(delays[Math.floor(share * (delays.length - 1))]);
      return `${name}: ${delays.length} times, ${at(0.5)} behind its proof in the median, at most ${at(1)}`;
    }),
  ];
};

const seconds = (ms = 0): string => `${(ms / 1_000).toFixed(1)} s`;
