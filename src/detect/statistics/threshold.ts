/**
 * The threshold: how surprising is too surprising? One number a person understands answers, the false alarms allowed a
 * year over everything watched.
 *
 * The best of all windows passes h nats about C sqrt(h) exp(-h) times a second when nothing is wrong. The form is
 * Siegmund and Venkatraman's for a scan of all windows (Annals of Statistics 23, 1995); C = 0.12 is measured where
 * there are several messages a second (test/bench, false alarms), and found to fall with the root of the rate where
 * there are fewer: less happens, so there are fewer windows to try. N series share the budget evenly, and
 * N YEAR C sqrt(h) exp(-h) = falseAlarmsPerYear is solved for h.
 *
 * Assumed: the expectation and the dispersion are right. A baseline that is 2 % low makes more alarms than all chance.
 */
const SECONDS_A_YEAR = 31_557_600;
const C = 0.12;
/** Clusters a second below which C was not measured. */
const FEWEST = 1 / 30;

/** Nats at which `series` series are wrong `falseAlarmsPerYear` times a year, all together. */
export const thresholdFor = (series: number, falseAlarmsPerYear: number): number => {
  const looks = (Math.max(1, series) * SECONDS_A_YEAR * C) / falseAlarmsPerYear;
  let h = Math.log(Math.max(Math.E, looks));
  // A contraction for h > 1/2; ten rounds are exact to rounding.
  for (let round = 0; round < 10; round++) h = Math.log(Math.max(Math.E, looks)) + 0.5 * Math.log(h);
  return h;
};

/** What is taken off the threshold of a series that brings `rate` messages a second with this dispersion; in nats. */
export const easedBy = (rate: number, dispersion: number): number =>
  -(0.5 - 0.25 / dispersion) * Math.log(Math.min(1, Math.max(FEWEST, rate / dispersion)));
