/**
 * From a raw reading to a number (IPMI 2.0 §36.3): `y = L((M·x + B·10^Bexp) · 10^Rexp)`, x in the sensor's analog data
 * format, L by the linearisation code of the record (table 43-1, byte 24).
 */
export interface Factors {
  /** −512…511, as B is. */
  readonly m: number;
  readonly b: number;
  /** −8…7, as the result's exponent is. */
  readonly bExponent: number;
  readonly resultExponent: number;
  /** ± half raw counts, 0…63. */
  readonly tolerance: number;
  /** In 1/100 percent, times ten to its exponent; 0…1023. */
  readonly accuracy: number;
  readonly accuracyExponent: number;
}

export const analogFormats = ['unsigned', 'ones-complement', 'twos-complement', 'none'] as const;
/** `none`: the sensor has states and no number. */
export type AnalogFormat = (typeof analogFormats)[number];

/** From here on the factors are those of one reading, asked for by Get Sensor Reading Factors (§35.5). */
export const firstNonLinear = 0x70;

const linearisations: readonly ((x: number) => number)[] = [
  x => x,
  Math.log,
  Math.log10,
  Math.log2,
  Math.exp,
  x => 10 ** x,
  x => 2 ** x,
  x => 1 / x,
  x => x ** 2,
  x => x ** 3,
  Math.sqrt,
  Math.cbrt,
];

/** Undefined where there is no number: no analog reading, or ln(0) and its like. */
export function toValue(
  raw: number,
  format: AnalogFormat,
  linearisation: number,
  factors: Factors,
): number | undefined {
  const x = signedReading(raw, format);
  if (x === undefined) return undefined;
  const { m, b, bExponent, resultExponent } = factors;
  const linear = scaled(m * x + scaled(b, bExponent), resultExponent);
  const value = (linearisations[linearisation & 0x7f] ?? (y => y))(linear);
  // Adding zero keeps a −0 from being shown as such.
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** Division by a positive power keeps 55 · 10⁻² what it is: 0.55. */
function scaled(value: number, exponent: number): number {
  return exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
}

function signedReading(raw: number, format: AnalogFormat): number | undefined {
  switch (format) {
    case 'unsigned':
      return raw;
    case 'ones-complement':
      return raw < 0x80 ? raw : raw - 0xff;
    case 'twos-complement':
      return raw < 0x80 ? raw : raw - 0x100;
    case 'none':
      return undefined;
  }
}

/** Bytes 25–30 of a full record, which are also those of Get Sensor Reading Factors. */
export function readFactors(bytes: Buffer): Factors {
  const mHigh = bytes.readUInt8(1);
  const bHigh = bytes.readUInt8(3);
  const accuracyHigh = bytes.readUInt8(4);
  const exponents = bytes.readUInt8(5);
  return {
    m: signed(bytes.readUInt8(0) | ((mHigh & 0xc0) << 2), 10),
    b: signed(bytes.readUInt8(2) | ((bHigh & 0xc0) << 2), 10),
    bExponent: signed(exponents & 0x0f, 4),
    resultExponent: signed(exponents >> 4, 4),
    tolerance: mHigh & 0x3f,
    accuracy: (bHigh & 0x3f) | ((accuracyHigh & 0xf0) << 2),
    accuracyExponent: (accuracyHigh >> 2) & 3,
  };
}

export function encodeFactors(factors: Factors): Buffer {
  const { m, b, accuracy } = factors;
  return Buffer.of(
    m & 0xff,
    ((m >> 2) & 0xc0) | factors.tolerance,
    b & 0xff,
    ((b >> 2) & 0xc0) | (accuracy & 0x3f),
    ((accuracy >> 2) & 0xf0) | (factors.accuracyExponent << 2),
    ((factors.resultExponent & 0x0f) << 4) | (factors.bExponent & 0x0f),
  );
}

function signed(value: number, bits: number): number {
  return value >= 1 << (bits - 1) ? value - (1 << bits) : value;
}
