import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../src/notify/slack/png.ts';
import { type Rate, ratePicture } from '../../../src/notify/slack/rate-picture.ts';

/** The parts of a PNG by name. */
const partsOf = (png: Buffer): Map<string, Buffer> => {
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    parts.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return parts;
};
const START = Date.parse('2026-10-28T20:00:00Z') / 1000;

describe('a PNG', () => {
  it('of one white pixel is what the standard says, byte by byte', () => {
    const png = encodePng({ width: 1, height: 1, palette: [[255, 255, 255]], pixels: new Uint8Array(1) });
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect(png.subarray(8, 33).toString('hex')).toBe(
      '0000000d4948445200000001000000010803000000' + '28cb34bb',
    );
    expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
    expect([...inflateSync(partsOf(png).get('IDAT') ?? Buffer.alloc(0))]).toEqual([0, 0]);
  });
});

describe('a picture of a rate', () => {
  const colours = (points: readonly Rate[]) => {
    const png = ratePicture('alpha', points)?.png ?? Buffer.alloc(0);
    const pixels = inflateSync(partsOf(png).get('IDAT') ?? Buffer.alloc(0));
    const header = partsOf(png).get('IHDR');
    const width = header?.readUInt32BE(0) ?? 0;
    const seen = new Map<number, number>();
    for (const [n, colour] of pixels.entries())
      if (n % (width + 1) > 0) seen.set(colour, (seen.get(colour) ?? 0) + 1);
    return seen;
  };

  it('says in words what it shows', () => {
    const points = Array.from({ length: 60 }, (_, n): Rate => [START + n, n === 30 ? 120 : 2, 2, 8.234]);
    expect(ratePicture('alpha', points)?.caption).toBe(
      'alpha: messages a second, 20:00:00 to 20:00:59 UTC; highest 120, usual up to 8.2',
    );
  });

  it('is red where more came than is usual, and nowhere else', () => {
    const steady = Array.from({ length: 900 }, (_, n): Rate => [START + n, 2, 2, 8]);
    expect(colours(steady).get(4)).toBeUndefined();
    const burst = steady.map((point, n): Rate => (n === 450 ? [point[0], 100, 2, 8] : point));
    expect(colours(burst).get(4)).toBeGreaterThan(100);
  });

  it('is drawn whatever the numbers are, and not at all of a single second', () => {
    for (const points of [
      [
        [START, 0, 0, 0],
        [START + 1, 0, 0, 0],
      ],
      Array.from({ length: 5_000 }, (_, n) => [START + n, n % 7, 1e9, 1e12]),
    ] as Rate[][])
      expect(ratePicture('alpha', points)?.png.length).toBeGreaterThan(100);
    expect(ratePicture('alpha', [[START, 5, 1, 2]])).toBeUndefined();
  });
});
