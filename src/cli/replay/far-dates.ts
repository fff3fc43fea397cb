/**
 * Dates far from everything around them, in a log that is read again: there the clock tells nothing of what is too far
 * ahead, as it does live, but the records around one do. In: records in order, parsed. Out: the same, where one that is
 * dated ahead of all that came and of all that follows it is refused, and goes to the dead letters as it would have then.
 */
import { type Duration, type Ms, ms } from '../../events/event.ts';
import type { Parsed } from '../../events/shape.ts';
import { rfc3339 } from '../../events/time.ts';
import type { RawRecord } from '../../intake/source.ts';

/** A record with what became of it. */
export type ParsedRecord = Pick<RawRecord, 'value'> & { readonly parsed: Parsed };

/** Records that follow one and are asked whether they are of its time, too: a second source may be read late among them. */
const AROUND = 64;

/** `maxAhead`: how far ahead of all others a date may lie, as live it may lie ahead of the clock. */
export async function* withoutFarDates(
  records: AsyncIterable<readonly ParsedRecord[]>,
  maxAhead: Duration,
): AsyncGenerator<readonly ParsedRecord[]> {
  const waiting: ParsedRecord[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  const judge = (one: ParsedRecord): ParsedRecord => {
    if (!one.parsed.ok) return one;
    const { at } = one.parsed.event;
    const isAhead = at - newest > maxAhead && isContradicted(at, waiting, maxAhead);
    if (isAhead) return { ...one, parsed: refused(at) };
    newest = Math.max(newest, at);
    return one;
  };
  const judgeFirst = (): ParsedRecord[] => {
    const first = waiting.shift();
    return first ? [judge(first)] : [];
  };
  for await (const read of records) {
    yield read.flatMap((record) => {
      waiting.push(record);
      return waiting.length > AROUND ? judgeFirst() : [];
    });
  }
  while (waiting.length > 0) yield judgeFirst();
}

/** Whether some records follow, and all are of an earlier time. */
const isContradicted = (at: number, following: readonly ParsedRecord[], maxAhead: Duration): boolean => {
  const times = following.flatMap(({ parsed }) => (parsed.ok ? [parsed.event.at] : []));
  return times.length > 0 && times.every((time) => at - time > maxAhead);
};

const refused = (at: Ms): Parsed => ({
  ok: false,
  reason: 'in_the_future',
  detail: `at: ${rfc3339(ms(at))} lies far ahead of every record around it`,
});
