import { assertNever } from '#shared/model/assert-never.ts';
import { monoFont } from '../../../ui/fonts.ts';
import type { FontFamily, FontSize, Geometry } from './view-settings.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Null: it follows the room. */
export function lockedSize(geometry: Geometry): Size | null {
  switch (geometry) {
    case '80x24':
      return { columns: 80, rows: 24 };
    case '80x25':
      return { columns: 80, rows: 25 };
    case '100x31':
      return { columns: 100, rows: 31 };
    case 'fit':
      return null;
    default:
      return assertNever(geometry);
  }
}

const smallestFontPx = 6;
const largestFontPx = 26;
/** Where the columns follow the room and not the letters the columns. */
const freeFontPx = 14;

export interface Room {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The font in which a locked size fills its room, from a cell as it is at `measuredFontPx`. */
export function fontThatFits(size: Size, room: Room, cell: Room, measuredFontPx: number): number {
  const widthPerPx = (size.columns * cell.widthPx) / measuredFontPx;
  const heightPerPx = (size.rows * cell.heightPx) / measuredFontPx;
  const fits = Math.min(room.widthPx / widthPerPx, room.heightPx / heightPerPx);
  return Math.max(smallestFontPx, Math.min(largestFontPx, Math.floor(fits * 2) / 2));
}

export function firstFontPx(fontSize: FontSize): number {
  return fontSize === 'auto' ? freeFontPx : fontSize;
}

export const fontStacks: Readonly<Record<FontFamily, string>> = {
  system: monoFont,
  dejavu: '"DejaVu Sans Mono", monospace',
  courier: '"Courier New", "Liberation Mono", monospace',
  consolas: 'Consolas, Menlo, monospace',
};
