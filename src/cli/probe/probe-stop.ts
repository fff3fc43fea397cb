/**
 * Probing STOP: the test number sends it, and what the daemon sees of that is looked at until all has come round or
 * the time is over. In: the probe's configuration and a world. Out: what came round, and when. The daemon's sightings
 * are held against those from before, so that its clock and the provider's need not agree with ours.
 */
import type { StopProbe } from '../../config/probe.ts';
import { maskAddress } from '../../events/text/mask.ts';
import type { ProbeSeen, Sightings } from '../../live/probe.ts';
import { ask, faultOf, shownRequest, type TemplateFilling } from '../../respond/actuators/request.ts';

export interface ProbeWorld {
  /** In ms, from wherever. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** What the daemon has seen; throws when it does not answer. */
  readonly look: () => Promise<ProbeSeen>;
}

export interface CodeOutcome {
  /** Masked when it is a whole number. */
  readonly code: string;
  /** Why STOP could not be sent there. */
  readonly unsent?: string;
  /** Ms from when STOP was sent to when its arrival was seen. */
  readonly arrived?: number;
}

export interface ProbeOutcome {
  readonly codes: readonly CodeOutcome[];
  /** Ms from when the first STOP was sent to when the opt-out was seen. */
  readonly recorded?: number;
}

export interface StopRequest {
  readonly code: string;
  readonly filling: TemplateFilling;
}

const POLL = 1_000;
const TRIES = 3;
const FIRST_BACKOFF = 500;

/** One for each code, or why the configuration will not do. */
export const stopRequests = (
  { codes, number, text, request }: StopProbe,
  env: NodeJS.ProcessEnv,
): readonly StopRequest[] | { readonly error: string } => {
  const requests = codes.map((code) => ({
    code,
    filling: { values: { to: code, from: number, text }, env },
  }));
  const error = requests.map(({ filling }) => faultOf(request, filling)).find((fault) => fault !== undefined);
  return error === undefined ? requests : { error };
};

/** For people: number masked, secrets by their names. */
export const showRequests = ({ request, codes, number, text }: StopProbe): string =>
  codes
    .map((code) =>
      shownRequest(request, { values: { to: maskAddress(code), from: maskAddress(number), text } }),
    )
    .join('\n\n');

/** Throws what `look` throws when the daemon answers neither before nor at the end. */
export const probeStop = async (
  probe: StopProbe,
  requests: readonly StopRequest[],
  world: ProbeWorld,
): Promise<ProbeOutcome> => {
  const before = await world.look();
  const stops: Stop[] = [];
  for (const request of requests) stops.push(await sendStop(request, probe, world));
  const sent = stops.filter(({ unsent }) => unsent === undefined);
  if (sent.length === 0) return outcomeOf(stops, undefined);

  const first = Math.min(...sent.map(({ at }) => at));
  const deadline = Math.max(...sent.map(({ at }) => at)) + probe.limit;
  let recorded: number | undefined;
  let blind: unknown;
  for (;;) {
    try {
      const seen = await world.look();
      const now = world.now();
      blind = undefined;
      for (const stop of sent)
        if (hasNew(seen.arrived[stop.code], before.arrived[stop.code])) stop.arrived ??= now - stop.at;
      if (hasNew(seen.recorded, before.recorded)) recorded ??= now - first;
    } catch (error) {
      blind = error;
    }
    if (hasComeRound(probe, sent, recorded)) break;
    const left = deadline - world.now();
    if (left <= 0) break;
    await world.sleep(Math.min(POLL, left));
  }
  if (blind !== undefined) throw blind;
  return outcomeOf(stops, recorded);
};

interface Stop {
  readonly code: string;
  /** When it was sent. */
  readonly at: number;
  readonly unsent?: string;
  arrived?: number;
}

const outcomeOf = (stops: readonly Stop[], recorded: number | undefined): ProbeOutcome => ({
  codes: stops.map(({ code, unsent, arrived }) => ({ code, unsent, arrived })),
  recorded,
});

const hasComeRound = (
  { expect }: StopProbe,
  sent: readonly Stop[],
  recorded: number | undefined,
): boolean => {
  const arrived = sent.every((stop) => stop.arrived !== undefined);
  return (
    (arrived || !expect.includes('received')) && (recorded !== undefined || !expect.includes('opted_out'))
  );
};

const hasNew = (seen: Sightings = [], before: Sightings = []): boolean => {
  const known = new Map(before);
  return seen.some(([at, count]) => count > (known.get(at) ?? 0));
};

/** Sent again after an error of the server, silence, or when it is told to wait; not longer than the limit. */
const sendStop = async (
  { code: to, filling }: StopRequest,
  { request, limit }: StopProbe,
  { now, sleep }: ProbeWorld,
): Promise<Stop> => {
  const code = maskAddress(to);
  const from = now();
  for (let attempt = 1; ; attempt++) {
    const at = now();
    const answer = await ask(request, filling, AbortSignal.timeout(request.timeout));
    if (answer.kind === 'expected') return { code, at };
    const unsent = `the request ${answer.why}`;
    if (answer.kind === 'differs' || !answer.again) return { code, at, unsent };
    if (attempt === TRIES) return { code, at, unsent: `${unsent}, ${TRIES} times tried` };
    const after = answer.kind === 'refused' ? answer.after : undefined;
    const wait = after ?? FIRST_BACKOFF * 2 ** (attempt - 1);
    if (now() + wait - from > limit) return { code, at, unsent: `${unsent}, which is beyond the limit` };
    await sleep(wait);
  }
};
