/** A store in the test that keeps what it was given, by the rules of the real one, and can be away. */
import { ms } from '../../src/events/event.ts';
import { fingerprintOfLast } from '../../src/intake/kafka/fingerprint.ts';
import type { Ingest, Ingested, RawBatch } from '../../src/intake/source.ts';
import type { Offset, PartitionId, RecordFingerprint } from '../../src/windows/store/store.ts';

interface State {
  epoch: number;
  next: Offset;
  fingerprint: RecordFingerprint | undefined;
  values: string[];
}

/** The store's rules, in memory, with switches to break it. */
export const createFakeStore = () => {
  const partitions = new Map<PartitionId, State>();
  const idle = new Map<PartitionId, number>();
  const batches: RawBatch[] = [];
  const switches = { away: false };
  const of = (id: PartitionId) => {
    const known = partitions.get(id) ?? { epoch: 0, next: 0, fingerprint: undefined, values: [] };
    partitions.set(id, known);
    return known;
  };
  const reach = () => {
    if (switches.away) throw new Error('the store is away');
  };
  const claim = async (id: PartitionId) => {
    reach();
    const state = of(id);
    state.epoch += 1;
    return { epoch: state.epoch, next: state.next, fingerprint: state.fingerprint };
  };
  const ingest: Ingest = async (batch): Promise<Ingested> => {
    reach();
    const state = of(batch.partition);
    const { next } = state;
    if (batch.epoch < state.epoch) return { kind: 'fenced', epoch: state.epoch };
    if (batch.from > next) return { kind: 'gap', next };
    if (batch.next <= next && batch.from < next) return { kind: 'redelivered', next };
    if (batch.from < next) return { kind: 'overlap', next };
    batches.push(batch);
    state.next = batch.next;
    const fingerprint = fingerprintOfLast(batch.records, batch.next);
    state.fingerprint = fingerprint ?? state.fingerprint;
    state.values.push(...batch.records.map(({ value }) => String(value)));
    if (batch.idleUntil !== undefined) idle.set(batch.partition, batch.idleUntil);
    return { kind: 'applied', next: batch.next, newest: ms(batch.idleUntil ?? 0), fingerprint };
  };
  const total = () => [...partitions.values()].reduce((sum, { values }) => sum + values.length, 0);
  return { claim, ingest, of, total, idle, batches, switches };
};
