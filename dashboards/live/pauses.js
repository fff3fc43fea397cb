// @ts-check
/** What a pause stops, since when and why, in words and in stretches of time. In: pauses. Out: texts, intervals. */

/** @typedef {import('../../src/respond/target.ts').Target} Target */
/** @typedef {import('../../src/respond/gate/gate.ts').Pause} Pause */

export const isWhole = (/** @type {Target} */ { category, campaign }) =>
  category === undefined && campaign === undefined;

/** "alpha", "marketing of alpha", "campaign spring of alpha" @param {Target} target */
export const nameOf = ({ provider, category, campaign }) => {
  if (campaign !== undefined) return `campaign ${campaign} of ${provider}`;
  return category === undefined ? provider : `${category} of ${provider}`;
};

export const sentence = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "paused since 20:00:04 by ana, until 22:00:04, then probe: a burst" @param {Pause} pause @param {(at: number) => string} timeOf */
export const pauseText = ({ since, by, until, atEnd, trickle, reason }, timeOf) => {
  const end = until === null ? '' : `, until ${timeOf(until)}, then ${atEnd}`;
  const probed = trickle === null ? '' : `, ${trickle} a minute let through`;
  return `paused since ${timeOf(since)} by ${by}${end}${probed}: ${reason}`;
};

/**
 * Stretches in which all of a provider was paused: as far as its incidents tell, and the pause that holds.
 * @param {import('../../src/live/feed.ts').ProviderView} view
 * @param {import('../../src/live/feed.ts').LiveState} state
 */
export const pausesOf = (view, { incidents, now }) => {
  const done = incidents
    .flatMap((incident) => incident.actions)
    .filter((action) => action.provider === view.provider && isWhole(action) && action.state === 'done')
    .sort((a, b) => a.at - b.at);
  /** @type {import('./chart.js').Interval[]} */
  const intervals = [];
  done.forEach((action, index) => {
    const next = done[index + 1];
    if (action.action === 'pause' && next?.action === 'resume')
      intervals.push({ from: action.at / 1000, to: next.at / 1000 });
  });
  const whole = view.pauses.find(isWhole);
  if (whole) intervals.push({ from: whole.since / 1000, to: now / 1000 });
  return intervals;
};
