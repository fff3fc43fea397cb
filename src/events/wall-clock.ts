/** Wall clocks: the instant of a date that is written without its offset, in a zone that is known. Pure. */
import { IANAZone } from 'luxon';
import type { Ms } from './event.ts';
import { DAY } from './time.ts';

/** The instant at which clocks somewhere show `wall`, which is given as the instant at which those in UTC do. */
export type WallClock = (wall: number) => Ms;

/** Zones are a multiple of a quarter of an hour from UTC, and change by one. */
const QUARTER = 900_000;
const MINUTE = 60_000;
/** The most quarters whose offset is kept: three weeks, so that a stream asks the zone's rules once a quarter. */
const KEPT = 2_000;

/**
 * The clocks of an IANA zone. An hour that comes twice, when summer ends, is its first; one that is left out, when it
 * begins, is read as if summer had not begun.
 */
export const createWallClock = (name: string): WallClock => {
  const zone = IANAZone.create(name);
  const offsets = new Map<number, number>();
  const offsetOf = (wall: number): number => {
    const before = zone.offset(wall - DAY) * MINUTE;
    const after = zone.offset(wall + DAY) * MINUTE;
    const fits = (offset: number) => zone.offset(wall - offset) * MINUTE === offset;
    return !fits(before) && fits(after) ? after : before;
  };
  return (wall) => {
    const quarter = Math.floor(wall / QUARTER);
    const known = offsets.get(quarter);
    if (known !== undefined) return (wall - known) as Ms;
    const offset = offsetOf(wall);
    if (offsets.size >= KEPT) offsets.clear();
    offsets.set(quarter, offset);
    return (wall - offset) as Ms;
  };
};
