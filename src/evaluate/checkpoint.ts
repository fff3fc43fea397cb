/**
 * The checkpoint: where the watch is and what it has learned, kept for a restart or for the instance that takes over.
 * In: the watch's state, every few seconds. Out: the same, to whoever goes on from it.
 * Adapters: checkpoint-file.ts (embedded) and checkpoint-redis.ts; test/contract/checkpoint.test.ts holds both to it.
 */
export interface WatchState {
  /** The newest second that was looked at, of the provider that stands furthest on; null before the first. */
  readonly detected: number | null;
  /** The newest second that was learned from, likewise; null before the first. */
  readonly sealed: number | null;
  /**
   * How far each provider was looked at and learned from, by its own time, and by how many seconds that trailed the
   * others’; absent in what earlier versions wrote.
   */
  readonly lanes?: ReadonlyArray<
    readonly [provider: string, looked: number, sealed: number, behind?: number]
  >;
  /** By name, as the engine wrote it; when saving, only what changed, '' for what is gone. */
  readonly learned: Readonly<Record<string, string>>;
}

export interface Checkpoint {
  /** `token`: the lease's fencing token; from now on a lower one saves nothing. */
  load(token?: number): Promise<WatchState | undefined>;
  /** Adds what was learned to what is kept; '' takes an entry away. Rejects with `Fenced` below the highest token seen. */
  save(state: WatchState, token?: number): Promise<void>;
}
