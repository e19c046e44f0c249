import type { RootDeviceHints } from '#shared/contract/index.ts';

/** All that the contract has: one without a field would be lost by being edited, and another disk would fit. */
export const hintNames = [
  'serial',
  'wwn',
  'wwnWithExtension',
  'wwnVendorExtension',
  'model',
  'vendor',
  'size',
  'rotational',
  'tran',
  'hctl',
  'byPath',
  'name',
] as const satisfies readonly (keyof RootDeviceHints)[];
export type HintName = (typeof hintNames)[number];
export type HintTexts = Readonly<Partial<Record<HintName, string>>>;

/** Those that may have several values, of which the disk has one. */
export const listHints: readonly HintName[] = ['serial', 'wwn'];

/** Only the hints that say something; one whose text is still that of the stored one stays as it was stored. */
export function readHints(texts: HintTexts, stored: RootDeviceHints = {}): RootDeviceHints {
  const storedTexts = textsOfHints(stored);
  const hints: Record<string, unknown> = {};
  for (const name of hintNames) {
    const text = texts[name];
    const value = text === storedTexts[name] ? stored[name] : readHint(name, text?.trim() ?? '');
    if (value !== undefined) hints[name] = value;
  }
  return hints;
}

/** A size is GiB, or an operator with one. */
function readHint(name: HintName, text: string): RootDeviceHints[HintName] {
  if (text === '') return undefined;
  if (name === 'rotational') return text === 'true';
  if (name === 'size' && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!listHints.includes(name)) return text;
  const [only = '', ...others] = text.split(/\s*\n\s*/);
  return others.length === 0 ? only : [only, ...others];
}

export function textsOfHints(hints: RootDeviceHints): HintTexts {
  return Object.fromEntries(
    Object.entries(hints).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join('\n') : String(value),
    ]),
  );
}
