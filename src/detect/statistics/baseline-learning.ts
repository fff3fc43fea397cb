/**
 * How a baseline is learned, minute by minute. Nothing teaches before four hours have passed without it being part
 * of a burst (forecast.ts); public holidays teach nothing, and no week moves an hour that is known by more than a
 * factor of three. In: complete minutes with the errors of their forecasts. Changes the baseline.
 */
import { type Baseline, type BaselineConfig, forecastHour, levelOf, profileAt } from './baseline.ts';
import type { Calendar } from './calendar.ts';
import { BLOCKS, learnBlock, learnMinute, type MinuteErrors, scatterOf } from './dispersion.ts';

/** What a complete minute brought, and the squared errors of its forecast. */
export interface Minute extends MinuteErrors {
  readonly minute: number;
  readonly count: number;
}

/** An hour is a mean over so many weeks. */
const WEEKS = 8;
/** What is kept from minute to minute: half-lives of half a day, and of half an hour. */
const LEVEL_DECAY = 2 ** (-1 / 720);
const RECENT_DECAY = 2 ** (-1 / 30);
const EDGE_DECAY = 0.9999;
const MOST_CHANGE = 3;
/** A block that starts from so many minutes never becomes whole. */
const VOID = -1_000;
/** An hour that was seen for less than this many seconds teaches nothing. */
const ENOUGH = 1_200;

/** Takes a minute of the last half hour in; minutes are called in order. `related` is the relative's rate then. */
export const learnRecent = (
  baseline: Baseline,
  {
    minute,
    count,
    related,
    most,
  }: { minute: number; count: number; related: number | undefined; most: number },
): void => {
  const { recent } = baseline;
  if (minute <= recent.through) return;
  recent.through = minute;
  recent.messages = recent.messages * RECENT_DECAY + Math.min(count, most);
  recent.seconds = recent.seconds * RECENT_DECAY + 60;
  recent.related = recent.related * RECENT_DECAY + 60 * (related ?? 0);
};

/** Takes a minute into the profile; undefined `learned`: it is left out (a burst, an incident, a pause). */
export const learn = (
  baseline: Baseline,
  at: { readonly minute: number; readonly calendar: Calendar },
  learned: Minute | undefined,
  config: BaselineConfig,
): void => {
  const { minute, calendar } = at;
  if (minute <= baseline.through) return;
  baseline.through = minute;
  const { hour, day } = calendar(minute);
  if (hour !== baseline.filling.hour) {
    closeHour(baseline);
    baseline.filling = { hour, messages: 0, seconds: 0 };
  }
  if (!learned || day === 'holiday') {
    for (const block of baseline.blocks) block.minutes = VOID;
  } else {
    learnErrors(baseline, at, learned, config);
    const profile = profileAt(baseline, at);
    // The level stands against the hour's own profile, not against that of other days.
    if (profile.trust === 'full')
      learnLevel(baseline, day, { count: learned.count, profile: 60 * profile.rate });
    if (day === 'usual') {
      baseline.filling.messages += learned.count;
      baseline.filling.seconds += 60;
    }
  }
  closeBlocks(baseline, at, config);
};

/** On a month's edge the level stands still, so that the edge's own factor learns what is left. */
const learnLevel = (
  baseline: Baseline,
  day: 'usual' | 'edge',
  { count, profile }: { count: number; profile: number },
): void => {
  const { level, edge } = baseline;
  if (day === 'edge') {
    edge.messages = EDGE_DECAY * edge.messages + count;
    edge.expected = EDGE_DECAY * edge.expected + profile * levelOf(baseline);
    return;
  }
  level.messages = level.messages * LEVEL_DECAY + count;
  level.expected = level.expected * LEVEL_DECAY + profile;
};

const closeHour = (baseline: Baseline): void => {
  const { hour, messages, seconds } = baseline.filling;
  if (hour < 0 || seconds < ENOUGH) return;
  const weeks = baseline.weeks[hour] ?? 0;
  const before = baseline.hours[hour] ?? 0;
  const rate = messages / seconds;
  const told =
    weeks < 2 || before === 0 ? rate : Math.min(before * MOST_CHANGE, Math.max(before / MOST_CHANGE, rate));
  const kept = Math.min(weeks, WEEKS - 1);
  // Rounded to six digits, so that the saved state is small and equal to the one it was saved from.
  baseline.hours[hour] = Number(((before * kept + told) / (kept + 1)).toPrecision(6));
  baseline.weeks[hour] = kept + 1;
};

/** Learns only errors of forecasts that knew the hour; the others are no measure of what is to come. */
const learnErrors = (
  baseline: Baseline,
  at: { readonly minute: number; readonly calendar: Calendar },
  learned: Minute,
  config: BaselineConfig,
): void => {
  const { trust } = forecastHour(baseline, at, config);
  if (trust !== 'full') {
    for (const block of baseline.blocks) block.minutes = VOID;
    return;
  }
  const scatter = scatterOf(baseline.dispersion, config.dispersion);
  learnMinute(baseline.dispersion, learned, scatter);
  learnBlock(baseline.dispersion, 0, learned, scatter);
  for (const block of baseline.blocks) {
    block.minutes += 1;
    block.count += learned.count;
    block.expected += learned.expected;
  }
};

/** Blocks end with the clock; only whole ones are learned. */
const closeBlocks = (baseline: Baseline, { minute }: { minute: number }, config: BaselineConfig): void => {
  const { blocks, dispersion } = baseline;
  for (const which of [1, 2, 3] as const) {
    const block = blocks[which === 1 ? 0 : which === 2 ? 1 : 2];
    if ((minute + 1) % BLOCKS[which] !== 0) continue;
    if (block.minutes === BLOCKS[which]) {
      learnBlock(dispersion, which, block, scatterOf(dispersion, config.dispersion));
    }
    block.minutes = 0;
    block.count = 0;
    block.expected = 0;
  }
};
