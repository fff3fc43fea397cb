/**
 * Whether a log is still the one that was counted. In: records. Out: the fingerprint of the last of them, kept with the
 * offset it stands before, and whether a log still has it. Kafka's clients are told no name of a log but its topic's,
 * which a log made anew has too, and its offsets say nothing once it is longer than the one before.
 */
import { crc32 } from 'node:zlib';
import type { Offset, RecordFingerprint } from '../../windows/store/store.ts';
import type { RawRecord } from '../source.ts';

const crcOf = ({ value }: RawRecord): number => crc32(value ?? '');

/** The fingerprint of the last record below `next`; undefined when there is none. */
export const fingerprintOfLast = (
  records: readonly RawRecord[],
  next: Offset,
): RecordFingerprint | undefined => {
  const last = records.findLast(({ offset }) => offset < next);
  return last && { offset: last.offset, crc: crcOf(last) };
};

/** Whether another record stands at the fingerprint's offset; that none does, after compaction, says nothing. */
export const contradicts = (records: readonly RawRecord[], fingerprint: RecordFingerprint): boolean => {
  const first = records.find(({ offset }) => offset >= fingerprint.offset);
  return first?.offset === fingerprint.offset && crcOf(first) !== fingerprint.crc;
};
