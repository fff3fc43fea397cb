/**
 * Probing STOP: the test number sends it, and what the daemon sees of that is looked at until all has come round or
 * the time is over. In: the probe's configuration and a world. Out: what came round, and when. The daemon's sightings
 * are held against those from before, so that its clock and the provider's need not agree with ours.
 */
import type { StopProbe } from '../../config/probe.ts';
import { maskAddress } from '../../events/text/mask.ts';
import type { ProbeSeen, Sightings } from '../../live/probe.ts';
import { ask, faultOf, shownRequest, type TemplateFilling } from '../../respond/actuators/request.ts';

/** What a probe needs of the world, so that tests can control it. */
export interface ProbeWorld {
  /** A clock in ms, from any beginning. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** What the daemon has seen; throws when it does not answer. */
  readonly look: () => Promise<ProbeSeen>;
}

/** What became of STOP at one code. */
export interface CodeOutcome {
  /** The code, masked when it is a phone number. */
  readonly code: string;
  /** Why STOP could not be sent there. */
  readonly unsent?: string;
  /** The ms from when STOP was sent to when its arrival was seen. */
  readonly arrived?: number;
}

export interface ProbeOutcome {
  readonly codes: readonly CodeOutcome[];
  /** The ms from when the first STOP was sent to when the opt-out was seen. */
  readonly recorded?: number;
}

/** The request that sends STOP to a code. */
export interface StopRequest {
  readonly code: string;
  readonly filling: TemplateFilling;
}

/** How often the daemon is asked what it has seen, in ms. */
const POLL = 1_000;
/** How often STOP is tried to be sent to a code. */
const TRIES = 3;
/** The wait before the second try, in ms; it doubles with each. */
const FIRST_BACKOFF = 500;

/** The requests of a probe, one for each code, or why its configuration will not do. */
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

/** The requests as people may see them, with numbers masked and secrets by their names. */
export const showRequests = ({ request, codes, number, text }: StopProbe): string =>
  codes
    .map((code) =>
      shownRequest(request, { values: { to: maskAddress(code), from: maskAddress(number), text } }),
    )
    .join('\n\n');

/** Sends STOP to every code and waits for what comes of it. Rejects when the daemon does not answer, before or last. */
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
  /** When STOP was sent, by the world's clock. */
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

/** Sends STOP to one code, again after an error of the server, silence, or a wait it is told, within the limit. */
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
