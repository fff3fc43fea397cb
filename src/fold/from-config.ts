/** The fold as it is configured, the same for live reading, for a replay and for the tests that compare them. */
import { type Config, defaultProvider } from '../config/schema.ts';
import type { MessageEvent } from '../events/event.ts';
import { maskDigits } from '../events/text/mask.ts';
import { createStopWords } from '../events/text/stop-words.ts';
import { createIsQuiet } from '../quiet-hours/quiet-hours.ts';
import { type CardinalityLimit, createCardinalityLimit } from './cardinality.ts';
import { type Consents, createConsents } from './consents.ts';
import { createFold, type FoldParts } from './fold.ts';
import type { Fold } from './fold-input.ts';
import { createRecipientKey } from './recipient-key.ts';

/**
 * The fold of a configuration. `hmacKey` keys the hashes of phone numbers; give consents or limit to share them, and
 * `beyondWindows` where there are windows that messages can be too late for.
 */
export const foldFrom = (
  config: Config,
  parts: {
    readonly hmacKey: string;
    readonly consents?: Consents;
    readonly cardinality?: CardinalityLimit;
  } & Pick<FoldParts, 'beyondWindows'>,
): Fold =>
  createFold({
    isQuiet: createIsQuiet(config.detect.quietHours),
    categoryOf: categoryFrom(config),
    recipientKey: createRecipientKey(parts.hmacKey),
    maskText: maskDigits,
    stopWords: createStopWords(config.detect.stop),
    consents: parts.consents ?? createConsents(config.detect.stop),
    cardinality: parts.cardinality ?? createCardinalityLimit(config.windows.names),
    beyondWindows: parts.beyondWindows,
    probe: config.probe.stop,
  });

/** Tells a message's category: its own, else its campaign's, else its provider's. */
export const categoryFrom = (config: Config) => (event: MessageEvent) =>
  event.category ??
  (event.campaign === undefined ? undefined : config.campaigns[event.campaign]?.category) ??
  (config.providers[event.provider] ?? defaultProvider).category;
