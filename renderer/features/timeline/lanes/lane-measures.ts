/** Heights and places inside a lane, pixels. */
export const laneMeasures = {
  height: 62,
  labelWidth: 200,
  bar: { top: 6, height: 22 },
  /** Under the bar: what a machine does while a step waits for it. */
  phases: { top: 29, height: 12 },
  marks: { middle: 50, gap: 20 },
  /** The lane under them, of the console of the one in hand. */
  console: { height: 46, bar: { top: 7, height: 10 }, marks: { middle: 31, gap: 20 } },
} as const;
