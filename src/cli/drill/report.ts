/** A drill as people read it, row by row, and in one line. Pure. */
import type { Row } from './step.ts';

const STEP = 22;

/** A row as a line, under which stand what to do and what would be sent. */
export const rowText = ({ state, step, took, says, todo, shows = [] }: Row): string => {
  const time = state === 'skipped' ? '' : `${(took / 1000).toFixed(1)} s`;
  const indented = (text: string, sign: string) =>
    text.split('\n').map((line, index) => `         ${index === 0 ? sign : ' '.repeat(sign.length)}${line}`);
  const [first = '', ...more] = says.split('\n');
  return [
    `${state.padEnd(8)} ${step.padEnd(STEP)} ${time.padStart(6)}  ${first}`,
    ...more.map((line) => `${' '.repeat(STEP + 18)}${line}`),
    ...(todo === undefined ? [] : indented(todo, '-> ')),
    ...shows.flatMap((text) => indented(text, 'would send: ')),
    '',
  ].join('\n');
};

/** All rows in one line, such as "9 ok, 1 failed (Kafka), 2 skipped". */
export const summaryOf = (rows: readonly Row[]): string => {
  const of = (state: Row['state']) => rows.filter((row) => row.state === state).map(({ step }) => step);
  const failed = of('failed');
  return [
    `${of('ok').length} ok`,
    ...(failed.length > 0 ? [`${failed.length} failed (${failed.join(', ')})`] : ['none failed']),
    `${of('skipped').length} skipped`,
  ].join(', ');
};
