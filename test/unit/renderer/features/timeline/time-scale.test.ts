import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitted,
  following,
  panned,
  showing,
  spanOf,
  ticksOf,
  timeAtX,
  xAt,
  zoomed,
} from '#renderer/features/timeline/lanes/time-scale.ts';

const view = { startMs: 10_000, endMs: 20_000 };
const views = fc
  .tuple(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 500, max: 1e9 }))
  .map(([startMs, span]) => ({ startMs, endMs: startMs + span }));

describe('the clock of the lanes', () => {
  it('turns a time into a place and back', () => {
    expect(xAt(view, 500, 15_000)).toBe(250);
    fc.assert(
      fc.property(
        views,
        fc.integer({ min: 100, max: 4000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (shown, width, at) => {
          const x = at * width;
          expect(Math.abs(xAt(shown, width, timeAtX(shown, width, x)) - x)).toBeLessThan(0.01);
        },
      ),
    );
  });

  it('keeps what is under the pointer where it is while it zooms', () => {
    fc.assert(
      fc.property(
        views,
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.integer({ min: 0, max: 800 }),
        (shown, factor, x) => {
          const around = timeAtX(shown, 800, x);
          expect(Math.abs(xAt(zoomed(shown, factor, around), 800, around) - x)).toBeLessThan(0.5);
        },
      ),
    );
  });

  it('zooms neither into less than half a second nor out over a quarter of a year', () => {
    expect(spanOf(zoomed(view, 0.0001, 15_000))).toBe(500);
    expect(spanOf(zoomed(view, 1e9, 15_000))).toBe(90 * 86_400_000);
  });

  it('shows all of a range with a margin, also one without length', () => {
    const shown = fitted(view);
    expect(shown.startMs).toBeLessThan(view.startMs);
    expect(shown.endMs).toBeGreaterThan(view.endMs);
    expect(spanOf(fitted({ startMs: 5, endMs: 5 }))).toBe(500);
  });

  it('follows the present with the same span, and moves to a moment only when that is not in view', () => {
    const followed = following(view, 100_000);
    expect(spanOf(followed)).toBe(10_000);
    expect(xAt(followed, 100, 100_000)).toBeCloseTo(95);
    expect(showing(view, 12_000)).toBe(view);
    expect(xAt(showing(view, 90_000), 100, 90_000)).toBeCloseTo(50);
    expect(panned(view, -1000)).toEqual({ startMs: 9000, endMs: 19_000 });
  });
});

describe('ticks', () => {
  it('are round times of the wall clock, in view, and far enough apart', () => {
    fc.assert(
      fc.property(views, fc.constantFrom(0, 8 * 3_600_000, -3.5 * 3_600_000), (shown, zoneMs) => {
        const { stepMs, at } = ticksOf(shown, 900, 90, zoneMs);
        for (const tick of at) {
          expect(Math.abs((tick + zoneMs) % stepMs)).toBe(0);
          expect(tick).toBeGreaterThanOrEqual(shown.startMs);
          expect(tick).toBeLessThanOrEqual(shown.endMs);
        }
        expect(at.length).toBeLessThanOrEqual(11);
      }),
    );
  });

  it('stand at whole days where days are shown', () => {
    const eight = 8 * 3_600_000;
    const { at } = ticksOf({ startMs: 0, endMs: 9 * 86_400_000 }, 900, 90, eight);
    expect(at.every(tick => (tick + eight) % 86_400_000 === 0)).toBe(true);
  });
});
