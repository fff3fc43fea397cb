// @ts-check
/**
 * One provider's last fifteen minutes: what was sent each second, up to where it is expected, where it was paused.
 * In: points [epoch second, sent, expected, upper], pauses, the time. Out: a canvas in the given element.
 */

/** Seconds shown. */
export const SPAN = 900;

/** @typedef {{ from: number, to: number }} Interval epoch seconds */

const color = (/** @type {string} */ name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * Where more was sent than expected, with the neighbours that join the line; null elsewhere.
 * @param {readonly (readonly number[])[]} points
 */
const excess = (points) => {
  const isOver = (/** @type {number} */ i) => points[i] !== undefined && points[i][1] > points[i][3];
  return points.map((point, i) => (isOver(i) || isOver(i - 1) || isOver(i + 1) ? point[1] : null));
};

/**
 * @param {HTMLElement} element
 * @param {(text: string) => void} say what lies under the pointer, or nothing
 * @param {(second: number) => string} time
 */
export const createChart = (element, say, time) => {
  /** @type {Interval[]} */
  let pauses = [];
  /** @type {readonly (readonly number[])[]} */
  let points = [];

  const shadePauses = (/** @type {any} */ u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { from, to } of pauses) {
      const left = u.valToPos(from, 'x', true);
      const width = u.valToPos(to, 'x', true) - left;
      ctx.fillStyle = color('--pause-shade');
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = color('--pause');
      ctx.fillRect(left, bbox.top, 2 * devicePixelRatio, bbox.height);
      ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
      const label = 'paused';
      const room = ctx.measureText(label).width + 8 * devicePixelRatio;
      const before = left + room > bbox.left + bbox.width;
      ctx.textAlign = before ? 'right' : 'left';
      ctx.fillText(label, left + (before ? -5 : 7) * devicePixelRatio, bbox.top + 13 * devicePixelRatio);
    }
    ctx.restore();
  };

  const follow = (/** @type {any} */ u) => {
    const point = u.cursor.idx == null ? undefined : points[u.cursor.idx];
    say(
      point
        ? `${time(point[0])}: ${point[1]} sent, ${point[2].toFixed(1)} expected, up to ${point[3].toFixed(1)}`
        : '',
    );
  };

  const options = () => {
    const axis = { stroke: color('--muted'), font: '11px system-ui, sans-serif', ticks: { show: false } };
    const grid = { stroke: color('--grid'), width: 1 };
    const series = (/** @type {object} */ more) => ({ points: { show: false }, ...more });
    return {
      width: Math.max(100, element.clientWidth),
      height: Math.max(80, element.clientHeight),
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: true },
        y: {
          range: (/** @type {any} */ _u, /** @type {number} */ _min, /** @type {number} */ max) => [
            0,
            Math.max(2, max * 1.12),
          ],
        },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 26,
          space: 80,
          values: (/** @type {any} */ _u, /** @type {number[]} */ at) => at.map((s) => time(s).slice(0, 5)),
        },
        { ...axis, grid, size: 38, space: 34 },
      ],
      series: [
        {},
        series({ stroke: color('--band-edge'), fill: color('--band'), width: 1 }),
        series({ stroke: color('--band-line'), width: 1, dash: [4, 4] }),
        series({ stroke: color('--sent'), width: 1 }),
        series({ stroke: color('--over'), fill: color('--over-fill'), width: 1.5 }),
      ],
      hooks: { drawAxes: [shadePauses], setCursor: [follow] },
    };
  };

  const data = () => [
    points.map((point) => point[0]),
    points.map((point) => point[3]),
    points.map((point) => point[2]),
    points.map((point) => point[1]),
    excess(points),
  ];

  // @ts-expect-error uPlot is a classic script
  const create = () => new window.uPlot(options(), data(), element);
  let plot = create();
  let shown = { min: 0, max: SPAN };

  const draw = () => {
    plot.batch(() => {
      plot.setData(data(), false);
      plot.setScale('x', shown);
    });
  };
  new ResizeObserver(() =>
    plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
  ).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    plot.destroy();
    plot = create();
    draw();
  });

  return {
    /**
     * @param {readonly (readonly number[])[]} next
     * @param {Interval[]} paused
     * @param {number} now epoch second at the right edge
     */
    show(next, paused, now) {
      points = next;
      pauses = paused;
      shown = { min: now - SPAN, max: now };
      draw();
    },
  };
};
