import { describe, expect, it } from 'vitest';
import { type Colours, darkColours, lightColours } from '#renderer/app/colours.ts';

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = (hex.slice(1).match(/../g) ?? [])
    .map(pair => Number.parseInt(pair, 16) / 255)
    .map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const grounds: readonly (keyof Colours)[] = ['ground', 'surface', 'raised', 'hover', 'chosen'];
const texts: readonly (keyof Colours)[] = ['text', 'textQuiet', 'failed', 'waiting', 'good', 'accent'];
const pairs: readonly (readonly [keyof Colours, keyof Colours])[] = [
  ...grounds.flatMap(ground => texts.map(text => [text, ground] as const)),
  // What is off says why.
  ['textOff', 'ground'],
  ['textOff', 'surface'],
  ['textOff', 'raised'],
  ['onAccent', 'accent'],
  ['railText', 'rail'],
  ['text', 'failedGround'],
  ['failed', 'failedGround'],
  ['text', 'waitingGround'],
  ['textQuiet', 'waitingGround'],
  ['text', 'goodGround'],
];

describe.each([
  ['light', lightColours],
  ['dark', darkColours],
] as const)('the %s colours', (_, colours) => {
  it.each(pairs)('%s can be read on %s', (text, ground) => {
    expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['surface', 'ground', 'raised'] as const)('outlines and marks are seen on %s', ground => {
    for (const mark of ['outline', 'focus', 'idle', 'busy'] as const)
      expect(contrast(colours[mark], colours[ground]), mark).toBeGreaterThanOrEqual(3);
  });
});
