/** IPMI 2.0 table 43-15: unit codes of sensors as keys that the page has symbols for. The index is the code. */
const units: readonly string[] = [
  'unspecified',
  'degrees-c',
  'degrees-f',
  'kelvin',
  'volts',
  'amps',
  'watts',
  'joules',
  'coulombs',
  'va',
  'nits',
  'lumen',
  'lux',
  'candela',
  'kpa',
  'psi',
  'newton',
  'cfm',
  'rpm',
  'hertz',
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'mil',
  'inches',
  'feet',
  'cubic-inches',
  'cubic-feet',
  'millimeters',
  'centimeters',
  'meters',
  'cubic-centimeters',
  'cubic-meters',
  'liters',
  'fluid-ounces',
  'radians',
  'steradians',
  'revolutions',
  'cycles',
  'gravities',
  'ounces',
  'pounds',
  'foot-pounds',
  'ounce-inches',
  'gauss',
  'gilberts',
  'henry',
  'millihenry',
  'farad',
  'microfarad',
  'ohms',
  'siemens',
  'mole',
  'becquerel',
  'ppm',
  'reserved',
  'decibels',
  'dba',
  'dbc',
  'gray',
  'sievert',
  'color-temperature',
  'bit',
  'kilobit',
  'megabit',
  'gigabit',
  'byte',
  'kilobyte',
  'megabyte',
  'gigabyte',
  'word',
  'dword',
  'qword',
  'line',
  'hit',
  'miss',
  'retry',
  'reset',
  'overflow',
  'underrun',
  'collision',
  'packets',
  'messages',
  'characters',
  'error',
  'correctable-error',
  'uncorrectable-error',
  'fatal-error',
  'grams',
];

const rates = ['microsecond', 'millisecond', 'second', 'minute', 'hour', 'day'] as const;

/** What a number means: `base`, or `base × modifier`, or `base ÷ modifier`, per `rate`. */
export interface SensorUnit {
  readonly base: string;
  readonly modifier?: { readonly unit: string; readonly relation: 'divided_by' | 'times' };
  readonly rate?: (typeof rates)[number];
  readonly isPercentage: boolean;
}

/** The three unit bytes of a sensor record (§43.1, bytes 21–23); the analog format in the first is read elsewhere. */
export function readUnit(flags: number, base: number, modifier: number): SensorUnit {
  const rate = rates[((flags >> 3) & 7) - 1];
  const relation = (flags >> 1) & 3;
  return {
    base: unitName(base),
    isPercentage: (flags & 1) === 1,
    ...(relation === 1 || relation === 2
      ? { modifier: { unit: unitName(modifier), relation: relation === 1 ? 'divided_by' : 'times' } }
      : {}),
    ...(rate === undefined ? {} : { rate }),
  };
}

export function unitBytes(unit: SensorUnit): readonly [number, number, number] {
  const rate = unit.rate === undefined ? 0 : rates.indexOf(unit.rate) + 1;
  const relation = unit.modifier === undefined ? 0 : unit.modifier.relation === 'divided_by' ? 1 : 2;
  const modifier = unit.modifier === undefined ? 0 : units.indexOf(unit.modifier.unit);
  return [(rate << 3) | (relation << 1) | (unit.isPercentage ? 1 : 0), units.indexOf(unit.base), modifier];
}

function unitName(code: number): string {
  return units[code] ?? 'unspecified';
}
