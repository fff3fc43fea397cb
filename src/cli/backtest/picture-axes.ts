/** The frame of a picture: its size, and round numbers along its two sides. Part of picture.ts. */
import { DateTime, Duration } from 'luxon';

export const WIDTH = 1_200;
export const HEIGHT = 420;
export const EDGE = { left: 84, right: 24, top: 64, bottom: 56 } as const;
export const RIGHT = WIDTH - EDGE.right;
export const BOTTOM = HEIGHT - EDGE.bottom;

/** Turns a value or an instant into a coordinate, as SVG writes it. */
export type Scale = (value: number) => string;

/** Lines and labels at round values from `bottom` to `top`, as SVG. */
export const valueAxis = (bottom: number, top: number, y: Scale): string[] => {
  const rough = (top - bottom) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const ticks: string[] = [];
  for (let n = Math.ceil(bottom / step); n * step <= top && ticks.length < 12; n++) {
    const at = y(n * step);
    ticks.push(
      `<path d="M${EDGE.left},${at}H${RIGHT}" stroke="#e5e7eb"/>` +
        `<text x="${EDGE.left - 8}" y="${Number(at) + 4}" text-anchor="end" fill="#4b5563">${short(n * step)}</text>`,
    );
  }
  return ticks;
};

const short = (value: number): string =>
  Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(6)));

const STEPS = [
  'PT1M',
  'PT5M',
  'PT10M',
  'PT30M',
  'PT1H',
  'PT2H',
  'PT6H',
  'PT12H',
  'P1D',
  'P2D',
  'P7D',
  'P14D',
];

/** Ticks and labels between two instants (epoch ms), which begin with the local day and so fall on whole hours. */
export const timeAxis = (from: number, to: number, zone: string, x: Scale): string[] => {
  const lengths = STEPS.map((text) => Duration.fromISO(text));
  const wide = (to - from) / 11;
  const step =
    lengths.find((length) => length.toMillis() >= wide) ??
    Duration.fromObject({ days: Math.ceil(wide / 86_400_000) });
  const ticks: string[] = [];
  const first = DateTime.fromMillis(from, { zone }).startOf('day');
  const skipped = Math.max(0, Math.floor((from - first.toMillis()) / step.toMillis()) - 1);
  for (let n = skipped; ticks.length < 40; n++) {
    const tick = first.plus(step.mapUnits((value) => value * n));
    if (tick.toMillis() > to) break;
    if (tick.toMillis() < from) continue;
    const midnight = tick.hour === 0 && tick.minute === 0;
    const text = midnight || ticks.length === 0 ? tick.toFormat('d LLL HH:mm') : tick.toFormat('HH:mm');
    const left = x(tick.toMillis());
    ticks.push(
      `<path d="M${left},${BOTTOM}v5" stroke="#9ca3af"/>` +
        `<text x="${left}" y="${BOTTOM + 20}" text-anchor="middle" fill="#4b5563">${text}</text>`,
    );
  }
  return [`<path d="M${EDGE.left},${BOTTOM}H${RIGHT}" stroke="#9ca3af"/>`, ...ticks];
};
