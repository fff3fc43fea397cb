/**
 * A picture of a series: what came, what was expected, and where that was news. Pure: data in, an SVG string out.
 * However long the series, it is drawn in at most `MOST_POINTS` columns, each from its lowest to its highest value,
 * so that no peak gets lost and the file stays small.
 */
import { BOTTOM, EDGE, HEIGHT, RIGHT, type Scale, timeAxis, valueAxis, WIDTH } from './picture-axes.ts';

/** A value at an instant, and the band [low, high] of what is usual. */
export interface Point {
  /** The instant, in epoch ms. */
  readonly at: number;
  readonly value: number;
  /** What was expected, absent while nothing is yet. */
  readonly expected?: number;
  readonly low?: number;
  readonly high?: number;
}

/** An instant to point out. */
export interface PictureMark {
  readonly at: number;
  readonly kind: 'alarm' | 'pause';
  readonly label?: string;
  /** The end of an alarm (epoch ms), up to which it is shaded. */
  readonly until?: number;
}

export interface PictureInput {
  readonly title: string;
  /** What a value is, at the vertical axis: "messages a minute". */
  readonly unit: string;
  /** IANA time zone of the horizontal axis. */
  readonly zone: string;
  /** The points in order of time; those further apart than `gap` ms are not joined. */
  readonly points: readonly Point[];
  readonly gap: number;
  readonly marks: readonly PictureMark[];
}

/** The most columns drawn. */
export const MOST_POINTS = 1_500;
const MOST_LABELS = 12;
const MOST_MARKS = 2_000;
/** Colours dark enough for white paper; shapes tell things apart without them. */
const COLOUR = { value: '#1f2937', expected: '#1d4ed8', band: '#dbeafe', alarm: '#c81e1e', pause: '#6d28d9' };

/** The points that share one column of the picture. */
interface Column {
  readonly at: number;
  readonly least: number;
  readonly most: number;
  readonly expected: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly joined: boolean;
}

/** Draws a picture, as a whole SVG document. */
export const picture = (input: PictureInput): string => {
  const { title, unit, zone, marks } = input;
  const columns = columnsOf(input);
  const from = columns[0]?.at ?? 0;
  const to = Math.max(from + 1, columns.at(-1)?.at ?? 0);
  const [bottom, top] = extent(columns);
  const x: Scale = (at) => (EDGE.left + ((at - from) / (to - from)) * (RIGHT - EDGE.left)).toFixed(1);
  const y: Scale = (value) => {
    const part = (value - bottom) / (top - bottom);
    // Bands may lie far outside; the clip cuts them, but numbers must stay small.
    return (BOTTOM - Math.min(3, Math.max(-2, part)) * (BOTTOM - EDGE.top)).toFixed(1);
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" ` +
      `font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${EDGE.left}" y="24" font-size="16" font-weight="600" fill="#111827">${escaped(title)}</text>`,
    `<text x="${EDGE.left}" y="44" fill="#4b5563">${escaped(unit)}; times in ${escaped(zone)}</text>`,
    legend(),
    `<clipPath id="inside"><rect x="${EDGE.left}" y="${EDGE.top}" width="${RIGHT - EDGE.left}" ` +
      `height="${BOTTOM - EDGE.top}"/></clipPath>`,
    `<g clip-path="url(#inside)">`,
    ...stretches(columns).map((stretch) => bandPath(stretch, x, y)),
    ...marks.slice(0, MOST_MARKS).map((mark) => shade(mark, x)),
    '</g>',
    ...valueAxis(bottom, top, y),
    ...timeAxis(from, to, zone, x),
    `<g clip-path="url(#inside)" fill="none">`,
    ...stretches(columns).map((stretch) => valuePath(stretch, x, y)),
    ...stretches(columns).map((stretch) => expectedPath(stretch, x, y)),
    '</g>',
    ...marks.slice(0, MOST_MARKS).map((mark) => drawMark(mark, x)),
    ...labels(marks, x),
    '</svg>',
    '',
  ].join('\n');
};

const columnsOf = ({ points, gap }: PictureInput): Column[] => {
  const size = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  const columns: Column[] = [];
  for (let i = 0; i < points.length; i += size) {
    const inside = points.slice(i, i + size);
    const first = inside[0];
    const before = points[i - 1];
    if (!first) continue;
    columns.push({
      at: first.at,
      least: Math.min(...inside.map(({ value }) => value)),
      most: Math.max(...inside.map(({ value }) => value)),
      expected: mean(inside.map(({ expected }) => expected)),
      low: mean(inside.map(({ low }) => low)),
      high: mean(inside.map(({ high }) => high)),
      joined: before !== undefined && first.at - before.at <= gap,
    });
  }
  return columns;
};

const mean = (values: ReadonlyArray<number | undefined>): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value / known.length, 0);
};

/** The vertical range: the lowest and highest of values and expectations, with as much of the band as lies near. */
const extent = (columns: readonly Column[]): readonly [bottom: number, top: number] => {
  let bottom = Number.POSITIVE_INFINITY;
  let top = Number.NEGATIVE_INFINITY;
  for (const { least, most, expected } of columns) {
    bottom = Math.min(bottom, least, expected ?? least);
    top = Math.max(top, most, expected ?? most);
  }
  if (!Number.isFinite(top - bottom)) return [0, 1];
  const height = top - bottom || Math.abs(top) || 1;
  for (const { low, high } of columns) {
    if (high !== undefined && high < top + height / 2) top = Math.max(top, high);
    if (low !== undefined && low > bottom - height / 2) bottom = Math.min(bottom, low);
  }
  // Counts start at zero; what never comes near it need not show it.
  if (bottom >= 0 && bottom < height) bottom = 0;
  return [bottom, top + height * 0.05];
};

/** Groups of columns that have no gap between them. */
const stretches = (columns: readonly Column[]): Column[][] => {
  const found: Column[][] = [];
  for (const column of columns) {
    const last = found.at(-1);
    if (last && column.joined) last.push(column);
    else found.push([column]);
  }
  return found;
};

const bandPath = (columns: readonly Column[], x: Scale, y: Scale): string => {
  const known = columns.flatMap(({ at, low, high }) =>
    low === undefined || high === undefined ? [] : [{ at, low, high }],
  );
  if (known.length === 0) return '';
  const up = known.map(({ at, high }) => `${x(at)},${y(high)}`);
  const down = known.map(({ at, low }) => `${x(at)},${y(low)}`).reverse();
  return `<path d="M${[...up, ...down].join('L')}Z" fill="${COLOUR.band}"/>`;
};

const valuePath = (columns: readonly Column[], x: Scale, y: Scale): string => {
  const steps = columns.flatMap(({ at, least, most }) =>
    least === most ? [`${x(at)},${y(most)}`] : [`${x(at)},${y(least)}`, `${x(at)},${y(most)}`],
  );
  const dot = steps.length === 1 ? 'h1' : '';
  return `<path d="M${steps.join('L')}${dot}" stroke="${COLOUR.value}" stroke-width="1" stroke-linejoin="round"/>`;
};

const expectedPath = (columns: readonly Column[], x: Scale, y: Scale): string => {
  const steps = columns.flatMap(({ at, expected }) =>
    expected === undefined ? [] : [`${x(at)},${y(expected)}`],
  );
  return steps.length < 2
    ? ''
    : `<path d="M${steps.join('L')}" stroke="${COLOUR.expected}" stroke-width="1.5" stroke-dasharray="5 3"/>`;
};

const shade = ({ at, until, kind }: PictureMark, x: Scale): string => {
  if (until === undefined) return '';
  const width = Math.max(1, Number(x(until)) - Number(x(at))).toFixed(1);
  return (
    `<rect x="${x(at)}" y="${EDGE.top}" width="${width}" height="${BOTTOM - EDGE.top}" ` +
    `fill="${COLOUR[kind]}" opacity="0.08"/>`
  );
};

/** Draws an alarm as a triangle and a thin line, and a pause as a bar. */
const drawMark = ({ at, kind }: PictureMark, x: Scale): string => {
  const left = Number(x(at));
  const line = `<path d="M${left},${EDGE.top}V${BOTTOM}" stroke="${COLOUR[kind]}"`;
  if (kind === 'pause') return `${line} stroke-width="2.5"/>`;
  const triangle = `M${left - 5},${EDGE.top - 9}h10l-5,9z`;
  return `${line} stroke-width="1" opacity="0.45"/><path d="${triangle}" fill="${COLOUR.alarm}"/>`;
};

/** The words of the first marks, below each other in turn so that neighbours do not overlap. */
const labels = (marks: readonly PictureMark[], x: Scale): string[] =>
  marks
    .filter(({ label }) => label !== undefined)
    .slice(0, MOST_LABELS)
    .map(({ at, kind, label }, index) => {
      const left = Number(x(at));
      const turned = left > RIGHT - 200;
      return (
        `<text x="${left + (turned ? -5 : 5)}" y="${EDGE.top + 14 + (index % 4) * 15}" fill="${COLOUR[kind]}" ` +
        `text-anchor="${turned ? 'end' : 'start'}">${escaped(label ?? '')}</text>`
      );
    });

const legend = (): string => {
  const entry = (left: number, shape: string, word: string) =>
    `<g transform="translate(${left},20)">${shape}<text x="24" y="4" fill="#4b5563">${word}</text></g>`;
  const line = (colour: string, more: string) => `<path d="M0,0h18" stroke="${colour}" ${more}/>`;
  return [
    entry(800, line(COLOUR.value, ''), 'seen'),
    entry(866, line(COLOUR.expected, 'stroke-width="1.5" stroke-dasharray="5 3"'), 'expected'),
    entry(958, `<rect y="-6" width="18" height="12" fill="${COLOUR.band}"/>`, 'usual'),
    entry(1_026, `<path d="M4,-5h10l-5,9z" fill="${COLOUR.alarm}"/>`, 'alarm'),
    entry(1_098, `<path d="M9,-7v14" stroke="${COLOUR.pause}" stroke-width="2.5"/>`, 'pause'),
  ].join('');
};

const escaped = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );
