/**
 * What the providers send, second by second, and how it is told: each by a clock of its own and some time after the
 * fact, so that records arrive out of order. In: who sends how much, who is at fault, and who is paused. Out: records in
 * the log as they arrive.
 */
import type { Random } from '../../src/simulate/random.ts';
import { person } from '../support/two-providers.ts';
import { announcementOf, campaignDeeds, type Deed, type Fault } from './faults.ts';
import type { Time } from './time.ts';

type ReportType = 'submitted' | 'sent' | 'delivered';

export interface Sender {
  readonly name: string;
  /** How many ordinary messages a second. */
  readonly rate: number;
  /** How far its clock is ahead, in ms. */
  readonly clock: number;
  /** How late it tells, in ms; what we submit is told by ourselves, at once. */
  readonly delays: Readonly<Record<Exclude<ReportType, 'submitted'>, number>>;
  /** Each record comes up to so many ms later still. */
  readonly jitter: number;
}

/** An announced campaign of one provider, which begins at `from`. */
export interface Campaign {
  readonly provider: string;
  readonly announcedAt: number;
  readonly from: number;
}

interface Report {
  /** When it really happened. */
  readonly at: number;
  /** Whose clock dates it, and how late it is told. */
  readonly by: ReportType | 'own';
  readonly body: Readonly<Record<string, string | number>>;
}

const STEP = 1_000;
/** What no preset reads: no JSON, no event, an event without its provider, one dated by nobody. */
const GARBAGE = [
  Buffer.from('no event'),
  Buffer.from('{"hello":"world"}'),
  Buffer.from('{"type":"sent","id":"g1","to":"+33612000001","at":"2026-10-28T20:00:00Z"}'),
  Buffer.from('{"type":"sent","id":"g2","to":"+33612000001","provider":"alpha","at":"yesterday"}'),
] as const satisfies [Buffer, ...Buffer[]];
/** People with ordinary messages are others than those of faults. */
const ORDINARY = 100_000;

export const startTraffic = (parts: {
  readonly time: Time;
  readonly random: Random;
  readonly senders: readonly Sender[];
  readonly faults: readonly Fault[];
  readonly campaigns: readonly Campaign[];
  readonly partitions: number;
  readonly until: number;
  /** The share of records that cannot be read. */
  readonly garbage: number;
  /** Whether a fault goes on: a provider that is paused ends it. */
  readonly goesOn: (fault: Fault) => boolean;
  /** `fault`: of which it is a message sent, if of one. */
  readonly append: (partition: number, value: Buffer, fault: Fault | undefined) => void;
}): void => {
  const { time, senders, faults, campaigns, partitions } = parts;
  const randoms = new Map(senders.map(({ name }) => [name, parts.random.fork(name)]));
  let made = 0;

  /** Tells of a fact when its source does. */
  const tell = (sender: Sender, { at, by, body }: Report, random: Random, fault?: Fault): void => {
    const isOwn = by === 'own' || by === 'submitted';
    const late = isOwn ? 0 : sender.delays[by] + random.below(sender.jitter + 1);
    const dated = new Date(at + (isOwn ? 0 : sender.clock)).toISOString();
    const value = Buffer.from(JSON.stringify({ ...body, at: dated }));
    const whom = String(body.type === 'received' ? body.from : (body.to ?? '0'));
    const partition = Number(whom.slice(-4)) % partitions;
    time.after(at + late - time.now(), () =>
      parts.append(partition, value, body.type === 'sent' ? fault : undefined),
    );
  };

  const doDeed = (sender: Sender, deed: Deed, random: Random, fault?: Fault): void => {
    for (const report of reportsOf(deed, { id: `m${made++}`, provider: sender.name, second: time.now() }))
      tell(sender, report, random, fault);
  };

  const ordinary = (sender: Sender, random: Random): void => {
    const next = () => random.exponential(STEP / sender.rate);
    for (let after = next(); after < STEP; after += next()) {
      const text = `Rendez-vous confirmé à ${9 + (made % 9)} h ${made}`;
      const to = person(ORDINARY + made);
      const message = { kind: 'message', after: Math.floor(after), to, text } as const;
      doDeed(sender, { ...message, category: 'transactional', isOrdered: true }, random);
    }
  };

  const turn = (): void => {
    const now = time.now();
    if (now >= parts.until) return;
    const since = (from: number) => Math.floor((now - from) / STEP);
    for (const sender of senders) {
      const { name } = sender;
      const random = randoms.get(name) ?? parts.random;
      const own = faults.filter(
        (one) => one.provider === name && one.from <= now && now < one.until && parts.goesOn(one),
      );
      const isSilent = own.some(({ kind }) => kind.isSilent);
      if (!isSilent) ordinary(sender, random);
      if (random.chance(parts.garbage))
        parts.append(random.below(partitions), random.pick(GARBAGE), undefined);
      for (const fault of own)
        for (const deed of fault.kind.deeds(since(fault.from))) doDeed(sender, deed, random, fault);
      for (const { provider, from, announcedAt } of campaigns) {
        if (provider !== name) continue;
        if (since(announcedAt) === 0) doDeed(sender, announcementOf(from - now), random);
        if (from <= now && !isSilent)
          for (const deed of campaignDeeds(since(from))) doDeed(sender, deed, random);
      }
    }
    time.after(STEP, turn);
  };
  turn();
};

/** Everything that is told of a deed. */
const reportsOf = (
  deed: Deed,
  { id, provider, second }: { readonly id: string; readonly provider: string; readonly second: number },
): Report[] => {
  const at = Math.floor(second + deed.after);
  switch (deed.kind) {
    case 'answer':
      return [
        {
          at,
          by: 'own',
          body: { type: 'received', id, provider, from: deed.from, to: '36200', text: deed.text },
        },
      ];
    case 'announcement': {
      const begins = at + deed.begins;
      const [start, end] = [begins, begins + deed.lasts].map((one) => new Date(one).toISOString());
      const { campaign, audience } = deed;
      return [
        {
          at,
          by: 'own',
          body: { type: 'announced', id, provider, campaign, start: start ?? '', end: end ?? '', audience },
        },
      ];
    }
    case 'message': {
      const { kind, after, isOrdered, ...told } = deed;
      const body = { id, provider, ...told, ...(isOrdered ? { order: `o ${id}` } : {}) };
      return [
        ...(isOrdered ? [{ at, by: 'submitted' as const, body: { ...body, type: 'submitted' } }] : []),
        { at: at + 300, by: 'sent', body: { ...body, type: 'sent' } },
        { at: at + 2_300, by: 'delivered', body: { ...body, type: 'delivered' } },
      ];
    }
  }
};
