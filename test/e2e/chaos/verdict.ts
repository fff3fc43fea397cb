/** What must hold once a fault is over: the counts are the log's, one instance leads, each alert was told once. */
import { secondOf } from '../../../src/events/event.ts';
import type { WindowChanges } from '../../../src/windows/store/store.ts';
import { until } from '../../support/until.ts';
import type { World } from './world.ts';

/** A first read of the store brings an hour; a little less of it is compared. In seconds. */
const COMPARED = 3_500;
const MOST_SAID = 5;

/** What is not yet as it should be; undefined when all is settled. */
export const unsettled = async (world: World, mark: Mark): Promise<string | undefined> => {
  const changes = await world.store.read();
  const behind = mark.ends.flatMap((end, n) => {
    const next = changes.partitions.find(({ partition }) => partition.endsWith(`:${n}`))?.next ?? 0;
    return next < end ? [`${n}: ${next} of ${end}`] : [];
  });
  if (behind.length > 0) return `partitions are behind: ${behind.join(', ')}`;
  const views = await Promise.all(world.instances.map((instance) => instance.view()));
  const leading = views.filter((view) => view?.leading).length;
  if (views.includes(undefined)) return 'an instance does not answer';
  if (leading !== 1) return `${leading} instances lead`;
  const problems = views.flatMap((view) => view?.problems ?? []);
  if (problems.length > 0) return `problems: ${problems.join('; ')}`;
  const known = new Set((await world.incidents.load()).map(({ provider }) => provider));
  const untold = world.stream
    .lumps()
    .filter(({ provider, at }) => at < mark.before && !known.has(provider) && cardsOf(world, provider) === 0);
  if (untold.length > 0) return `without an incident: ${untold.map(({ provider }) => provider).join(', ')}`;
  const waiting = await world.outbox.size();
  return waiting > 0 ? `${waiting} alerts wait` : undefined;
};

export type Mark = ReturnType<World['stream']['written']>;

/** Waits until it is settled up to a mark; answers what it did not come to. */
export const settle = async (world: World, mark: Mark, within: number): Promise<string | undefined> => {
  let last: string | undefined = 'nothing was looked at yet';
  try {
    await until(
      async () => {
        last = await unsettled(world, mark).catch((error: unknown) => `the test cannot look: ${error}`);
        return last === undefined;
      },
      { within, every: 250 },
    );
    return undefined;
  } catch {
    return last;
  }
};

/** What is wrong, in sentences; nothing when all is right. Call it once settled up to that mark. */
export const faultsFound = async (world: World, mark: Mark): Promise<string[]> => [
  ...(await wrongCounts(world, mark)),
  ...wrongAlerts(world),
  ...(await wrongIncidents(world)),
];

/** Second by second and series by series, up to the mark; sketches and tallies of lumps too. */
const wrongCounts = async (world: World, { before }: Mark): Promise<string[]> => {
  const [wanted, found] = await Promise.all([world.stream.counts(), world.store.read()]);
  const edge = secondOf(before);
  const inside = (at: number) => at < edge && at >= edge - COMPARED;
  const wrong: string[] = [];
  for (const at of new Set([...wanted.counts.keys(), ...found.counts.keys()])) {
    if (!inside(at)) continue;
    const [log, redis] = [wanted.counts.get(at), found.counts.get(at)];
    for (const series of new Set([...(log?.keys() ?? []), ...(redis?.keys() ?? [])])) {
      const [one, other] = [log?.get(series) ?? 0, redis?.get(series) ?? 0];
      if (one !== other) wrong.push(`${series} at ${at}: ${other} counted, ${one} in the log`);
    }
  }
  const slots = (changes: WindowChanges) =>
    new Map<string, string>([
      ...[...changes.distinct].map(([slot, all]) => [slot, Buffer.from(all).toString('hex')] as const),
      ...[...changes.tallies].map(([slot, tally]) => [`tally ${slot}`, JSON.stringify(tally)] as const),
    ]);
  const [log, redis] = [slots(wanted), slots(found)];
  const done = world.stream.lumps().filter(({ at }) => inside(secondOf(at)) && at < before);
  for (const slot of new Set([...log.keys(), ...redis.keys()])) {
    const isDone = done.some(({ provider }) => slot.includes(`provider=${provider},`));
    if (isDone && log.get(slot) !== redis.get(slot)) wrong.push(`${slot} differs`);
  }
  return few('counts', wrong);
};

const cardsOf = ({ slack }: World, provider: string): number =>
  slack.messages.filter(({ thread_ts, text }) => !thread_ts && isOf(text, provider)).length;

/** "🔴 lump-1: …" */
const isOf = (text: string, provider: string): boolean =>
  text.split(':', 1)[0]?.endsWith(` ${provider}`) ?? false;

/**
 * One message an incident, and no line of its thread twice: save for what Redis forgot that it was told, since an
 * alert is rather told twice than never.
 */
const wrongAlerts = (world: World): string[] => {
  const { messages } = world.slack;
  const cards = messages.filter(({ thread_ts }) => !thread_ts);
  const wrong = world.stream.lumps().flatMap(({ provider }) => {
    const count = cards.filter(({ text }) => isOf(text, provider)).length;
    return count > 1 ? [`${count} messages of ${provider}`] : [];
  });
  const strangers = cards.filter(({ text }) => !/ lump-\d+:/.test(text.slice(0, 40)));
  wrong.push(...strangers.map(({ text }) => `a false alarm: ${text.split('\n', 1)[0]}`));
  const lines = new Map<string, number[]>();
  for (const [index, { thread_ts, text }] of messages.entries()) {
    if (thread_ts) lines.set(`${thread_ts} ${text}`, [...(lines.get(`${thread_ts} ${text}`) ?? []), index]);
  }
  for (const [line, told] of lines) {
    const forgiven = world.forgotten.filter((behind) => behind > (told[0] ?? 0)).length;
    if (told.length > 1 + forgiven) wrong.push(`told ${told.length} times: ${line.slice(0, 200)}`);
  }
  return few('alerts', wrong);
};

/** As the same stream gives undisturbed: by the same signs, as grave, one a lump, none of anything else. */
const wrongIncidents = async (world: World): Promise<string[]> => {
  const wrong: string[] = [];
  const [found, wanted] = [await world.incidents.load(), world.stream.incidents()];
  for (const { provider } of world.stream.lumps()) {
    const own = found.filter((one) => one.provider === provider);
    if (own.length > 1) wrong.push(`${own.length} incidents of ${provider}: ${own.map(({ id }) => id)}`);
    const [one, other] = [own[0], wanted.find((known) => known.provider === provider)];
    if (one && other && describe(one) !== describe(other))
      wrong.push(`${provider} is ${describe(one)}; undisturbed it is ${describe(other)}`);
  }
  const strangers = found.filter(({ provider }) => !/^lump-\d+$/.test(provider));
  wrong.push(...strangers.map(({ id, findings }) => `${id}: ${findings[0]?.latest.says ?? ''}`));
  return few('incidents', wrong);
};

const describe = (one: { severity: string; findings: readonly { latest: { detector: string } }[] }): string =>
  `${one.severity} by ${[...new Set(one.findings.map(({ latest }) => latest.detector))].sort().join(' and ')}`;

const few = (what: string, wrong: readonly string[]): string[] => {
  const more = wrong.length - MOST_SAID;
  return [...wrong.slice(0, MOST_SAID), ...(more > 0 ? [`and ${more} more wrong ${what}`] : [])];
};
