/**
 * How surprising a count is, in nats: exp(-surprise) bounds its probability.
 *
 * Counts are taken as negative binomial with variance `dispersion` times the mean, which is Poisson at 1 (the
 * parametrisation NB1 of Cameron and Trivedi, Regression Analysis of Count Data, ch. 3). It is what comes of
 * messages in clusters: Poisson many, each of a logarithmic size. Its sums over seconds are of the same kind with
 * the same dispersion, so one formula serves windows of every length.
 *
 * The surprise of n messages where mu were expected is the supremum over tilts t of t n - ln E[exp(t N)]: the log
 * likelihood ratio of the best fitting burst, and by Chernoff's bound P(N >= n) <= exp(-surprise). With a =
 * dispersion - 1 and r = mu / a it is  n ln(n (1 + a) / (a (n + r))) + r ln(r (1 + a) / (n + r)),  and for a -> 0
 * Poisson's  n ln(n / mu) - (n - mu).
 *
 * Assumed: the variance is right at the window's length, and the tail no heavier than that of clusters. Where it is
 * heavier, alarms come oftener than the budget says; that is why the dispersion is learned from forecasts that
 * missed, hours of level included (dispersion.ts), and not from a formula.
 */

/** Below this the two formulas agree to rounding. */
const POISSON = 1e-4;

/** Nats by which `count` surprises who expected `expected` > 0; 0 when no more came. Dispersion is at least 1. */
export const surprise = (count: number, expected: number, dispersion: number): number => {
  if (count <= expected) return 0;
  const a = dispersion - 1;
  if (a < POISSON) return count * Math.log(count / expected) - (count - expected);
  const mixed = a * count + expected;
  return (
    count * Math.log((count * dispersion) / mixed) +
    (expected / a) * Math.log((expected * dispersion) / mixed)
  );
};

/**
 * No more than this, whatever the dispersion, and without a logarithm: the surprise is the integral of (n - x) / V(x)
 * from mu to n, with V(x) the variance at a mean of x, which is mu at least.
 */
export const surpriseAtMost = (count: number, expected: number): number =>
  (count - expected) ** 2 / (2 * expected);

/** Nats by which it surprises that nothing came where `expected` were: -ln P(N = 0). */
export const surpriseOfNone = (expected: number, dispersion: number): number => {
  const a = dispersion - 1;
  return a < POISSON ? expected : (expected / a) * Math.log(dispersion);
};

/** The smallest count, as a fraction, that surprises by `nats` who expected `expected`: where a band ends. */
export const countThatSurprises = (nats: number, expected: number, dispersion: number): number => {
  let low = expected;
  let high = Math.max(1, expected) * 2;
  while (surprise(high, expected, dispersion) < nats) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (surprise(middle, expected, dispersion) < nats) low = middle;
    else high = middle;
  }
  return high;
};
