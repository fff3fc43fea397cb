/**
 * For senders: what was held back during a pause must not flood out with its end. In: the messages that wait, the
 * time. Out: those still worth sending, and how long to wait for each. Pure.
 */

/** `at` is when the message was to be sent, in ms of the same clock as `now`. One as old as `maxAge` is still kept. */
export const dropExpired = <M extends { readonly at: number }>(
  messages: readonly M[],
  { maxAge, now }: { readonly maxAge: number; readonly now: number },
): { readonly kept: M[]; readonly dropped: M[] } => {
  const isFresh = ({ at }: M) => now - at <= maxAge;
  return { kept: messages.filter(isFresh), dropped: messages.filter((message) => !isFresh(message)) };
};

/**
 * At most `perSecond`, evenly spread; time nobody used is not saved up. Each call takes the next place and answers
 * how many ms to wait for it. Throws a RangeError unless `perSecond` is above 0.
 */
export const paced = (perSecond: number): ((now: number) => number) => {
  if (!(perSecond > 0)) throw new RangeError(`paced(${perSecond}): must be above 0 messages a second`);
  let next = Number.NEGATIVE_INFINITY;
  return (now) => {
    const place = Math.max(now, next);
    next = place + 1_000 / perSecond;
    return place - now;
  };
};
