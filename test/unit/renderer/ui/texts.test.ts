import { describe, expect, it } from 'vitest';
import type { Translate } from '#renderer/i18n/catalogue.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import {
  bytesText,
  fraction,
  memoryText,
  percentText,
  rateText,
  speedText,
} from '#renderer/ui/measure-text.ts';
import { ageText, clockText, durationText, secondsText } from '#renderer/ui/time-text.ts';

await startI18n('en');
const t: Translate = translate;

describe('sizes', () => {
  it('of disks are decimal, with three digits that matter', () => {
    expect([0, 999, 1500, 240_000_000_000, 1_920_383_410_176].map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '240 GB',
      '1.92 TB',
    ]);
  });

  it('never show a thousand of the smaller unit', () => {
    expect(bytesText(999_999)).toBe('1 MB');
    expect(bytesText(999_999_999_999)).toBe('1 TB');
  });

  it('of memory are binary', () => {
    expect(memoryText(384 * 1024 ** 3)).toBe('384 GiB');
  });

  it('have rates, speeds and shares with a unit', () => {
    expect(rateText(212_400_000)).toBe('212 MB/s');
    expect([100, 1000, 25_000].map(speedText)).toEqual(['100 Mbit/s', '1 Gbit/s', '25 Gbit/s']);
    expect(percentText(999, 1000)).toBe('99 %');
    expect(percentText(1, 0)).toBe('0 %');
    expect(fraction(5, 4)).toBe(1);
  });
});

describe('times', () => {
  it('have one or two units', () => {
    const texts = [0, 340, 4321, 59_999, 60_000, 72_000, 3_600_000, 11_100_000, 187_200_000];
    expect(texts.map(ms => durationText(t, ms))).toEqual([
      '0 ms',
      '340 ms',
      '4.3 s',
      '59 s',
      '1 min',
      '1 min 12 s',
      '1 h',
      '3 h 5 min',
      '2 d 4 h',
    ]);
    expect(secondsText(t, 4.6)).toBe('5 s');
  });

  it('ago are coarse and never in the future', () => {
    expect([999, 1000, 119_000, 7_200_000].map(ms => ageText(t, 1_000_000_000, 1_000_000_000 + ms))).toEqual([
      'now',
      '1 s ago',
      '1 min ago',
      '2 h ago',
    ]);
    expect(ageText(t, 2000, 1000)).toBe('now');
  });

  it('of day have all their digits', () => {
    expect(clockText(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('03:04:05');
  });
});
