/**
 * A provider's rate with its band, as a small picture for a chat. Pure. It has no letters: what they would say is in
 * the caption, which can be read aloud and searched for.
 */
import { type Colour, encodePng } from './png.ts';

/** A point is [second of event time, messages in it, what was expected, the upper bound of the usual]. */
export type Rate = readonly [at: number, count: number, expected: number, upper: number];

export interface RatePicture {
  readonly png: Buffer;
  readonly caption: string;
}

const WIDTH = 900;
const HEIGHT = 260;
const PALETTE: readonly Colour[] = [
  [255, 255, 255],
  [219, 234, 254],
  [29, 78, 216],
  [31, 41, 55],
  [200, 30, 30],
];
const [BAND, EXPECTED, VALUE, BEYOND] = [1, 2, 3, 4] as const;

/** Draws the rate, with counts beyond the band in red; undefined when there are fewer than two points. */
export const ratePicture = (provider: string, points: readonly Rate[]): RatePicture | undefined => {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return undefined;
  const highest = points.reduce((most, [, count]) => Math.max(most, count), 0);
  const usual = points.reduce((most, [, , , upper]) => Math.max(most, upper), 0);
  // A band far above everything that came would press it flat.
  const top = Math.max(1, highest, Math.min(usual, 2 * Math.max(1, highest))) * 1.05;
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const y = (value: number) => Math.round((1 - Math.min(1, Math.max(0, value / top))) * (HEIGHT - 1));
  const column = (x: number, from: number, to: number, colour: number) => {
    for (let row = Math.min(from, to); row <= Math.max(from, to); row++) pixels[row * WIDTH + x] = colour;
  };
  let before = y(first[1]);
  for (let x = 0; x < WIDTH; x++) {
    const inside = pointsAt(points, x);
    const [, , expected, upper] = inside[0] ?? last;
    const most = inside.reduce((high, [, count]) => Math.max(high, count), 0);
    column(x, y(upper), HEIGHT - 1, BAND);
    if (x % 8 < 5) column(x, y(expected), y(expected), EXPECTED);
    column(x, before, y(most), most > upper ? BEYOND : VALUE);
    before = y(most);
  }
  const caption =
    `${provider}: messages a second, ${clock(first[0])} to ${clock(last[0])} UTC; ` +
    `highest ${highest}, usual up to ${Number(usual.toPrecision(2))}`;
  return { png: encodePng({ width: WIDTH, height: HEIGHT, palette: PALETTE, pixels }), caption };
};

/** The points that share a column, at least one of them. */
const pointsAt = (points: readonly Rate[], x: number): readonly Rate[] => {
  const from = Math.floor((x * points.length) / WIDTH);
  return points.slice(from, Math.max(from + 1, Math.floor(((x + 1) * points.length) / WIDTH)));
};

const clock = (second: number): string => new Date(second * 1000).toISOString().slice(11, 19);
