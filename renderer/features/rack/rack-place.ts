import type { Node } from '#shared/contract/index.ts';

/** The labels that say where a server is built in. */
export const placeLabels = ['rack', 'unit', 'height'] as const;
export type PlaceLabel = (typeof placeLabels)[number];

/** Where a server is built in. Units are counted from the floor, as they are printed on the rack. */
export interface RackPlace {
  /** Empty: nobody said. */
  readonly rack: string;
  /** Its lowest unit; null: nobody said. */
  readonly unit: number | null;
  readonly heightUnits: number;
}

export const highestUnit = 99;
export const tallestUnits = 50;

export function placeOf({ extra }: Pick<Node, 'extra'>): RackPlace {
  return {
    rack: (extra['rack'] ?? '').trim(),
    unit: readUnits(extra['unit'] ?? '', highestUnit),
    heightUnits: readUnits(extra['height'] ?? '', tallestUnits) ?? 1,
  };
}

/** `7`, `U7`, `07U`; null where it is no number of units from 1 to `most`. */
export function readUnits(text: string, most: number): number | null {
  const digits = /^u?\s*0*(\d{1,2})\s*u?$/i.exec(text.trim())?.[1];
  const units = Number(digits ?? 0);
  return units >= 1 && units <= most ? units : null;
}

/** `R12 U07`, or what of it is known. */
export function placeText({ rack, unit }: RackPlace): string {
  return [rack, unit === null ? '' : unitText(unit)].filter(part => part !== '').join(' ');
}

export function unitText(unit: number): string {
  return `U${String(unit).padStart(2, '0')}`;
}

/** What a person wrote besides where it is. */
export function labelsOf({ extra }: Pick<Node, 'extra'>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(extra).filter(([name]) => !isPlaceLabel(name)));
}

/** Undefined: there is none; a label may be called `constructor`. */
export function labelNamed({ extra }: Pick<Node, 'extra'>, name: string): string | undefined {
  return Object.hasOwn(extra, name) ? extra[name] : undefined;
}

export function isPlaceLabel(name: string): name is PlaceLabel {
  return placeLabels.some(label => label === name);
}
