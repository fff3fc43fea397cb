/**
 * The decision context: what stands for or against an action at the moment, put together from the view and from the
 * parts that know the rest. Out: a `DecisionContext` each time it is asked for; the guardrails read it.
 */
import type { Config } from '../config/schema.ts';
import { type Category, type Clock, type Ms, ms } from '../events/event.ts';
import type { Delays } from '../windows/delays.ts';
import { parseSeries } from '../windows/series.ts';
import type { View } from '../windows/view.ts';
import type { DecisionContext } from './guardrails.ts';
import { carriersOf } from './policy.ts';
import type { Target } from './target.ts';

export const createDecisionContext = (parts: {
  readonly view: View;
  readonly providers: Config['providers'];
  readonly active: () => readonly Target[];
  readonly reaches: DecisionContext['reaches'];
  /** What a daemon in service knows besides; a replay does not have it, and nothing of it stands against a pause. */
  readonly service?: {
    readonly problems: () => readonly string[];
    /** Only a log can be behind: then how far its slowest partition may be told. */
    readonly isLog: boolean;
    readonly handsOff: DecisionContext['handsOff'];
    readonly isChanging: () => boolean;
    readonly clock: Clock;
  };
  /** How late each provider's reports come; absent in a replay, where nothing arrives. */
  readonly delays?: Pick<Delays, 'usual' | 'providers'>;
}): (() => DecisionContext) => {
  const { view, service, delays } = parts;
  let known: { readonly generation: number; readonly carriers: DecisionContext['carriers'] } | undefined;

  const carriers = (): DecisionContext['carriers'] => {
    if (known?.generation !== view.generation) {
      known = { generation: view.generation, carriers: carriersOf(parts.providers, seenIn(view)) };
    }
    return known.carriers;
  };

  /** A clock ahead excuses nothing: our own submissions prove as much as its reports do. */
  const usualDelay = (provider: string): number => Math.max(0, delays?.usual(provider) ?? 0);

  /** Whose clock is ahead is ahead of the stream, and whose reports always come late holds up no partition. */
  const behind = (now: Ms): number => {
    const { head, watermark } = view;
    if (head === undefined || watermark === undefined) return 0;
    const usual = Math.max(0, ...(delays?.providers() ?? []).map(usualDelay));
    return Math.max(0, Math.min(head * 1_000, now) - watermark - usual);
  };

  return () => {
    const { head, first } = view;
    return {
      active: parts.active(),
      carriers: carriers(),
      sight: {
        since: ms((first ?? head ?? 0) * 1000),
        behind: service?.isLog ? behind(service.clock()) : 0,
        problems: service?.problems() ?? [],
      },
      handsOff: service?.handsOff ?? (() => undefined),
      isChanging: service?.isChanging() ?? false,
      usualDelay,
      reaches: parts.reaches,
    };
  };
};

/** The categories each provider was seen to carry, by what the view holds. */
const seenIn = (view: View): Map<string, Set<Category>> => {
  const seen = new Map<string, Set<Category>>();
  for (const key of view.series()) {
    // Most series have no category, and thousands of them may be new at once.
    if (!key.includes('category=')) continue;
    const { metric, provider, category } = parseSeries(key);
    if ((metric !== 'sent' && metric !== 'submitted') || provider === undefined || category === undefined)
      continue;
    const own = seen.get(provider) ?? new Set();
    seen.set(provider, own.add(category));
  }
  return seen;
};
