import { bytesText, rateText } from '../ui/measure-text.ts';
import { durationText } from '../ui/time-text.ts';
import type { Translate } from './catalogue.ts';

type Values = Record<string, string | number>;

/**
 * The details of an event or error as the values of its sentence. The name tells the unit, as everywhere in the code:
 * `sizeBytes` → `1.4 GB`, `leaseSeconds` → `10 min 0 s`, `roundTripMs` → `3 ms`.
 */
export function messageValues(t: Translate, details: Readonly<Record<string, unknown>>): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(details)) values[name] = valueText(t, name, value);
  return values;
}

function valueText(t: Translate, name: string, value: unknown): string | number {
  if (typeof value === 'number') return numberText(t, name, value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? t('word.yes') : t('word.no');
  if (value === null || value === undefined) return t('word.none');
  if (Array.isArray(value)) return value.map(item => valueText(t, name, item)).join(', ');
  return thingText(value) ?? JSON.stringify(value);
}

/** A disk or another DHCP server; undefined: it is something else. */
export function thingText(thing: object): string | undefined {
  const values: Readonly<Record<string, unknown>> = { ...thing };
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : '';
  };
  if (text('server') !== '') return `${text('server')} (${text('offered')})`;
  const { sizeBytes } = values;
  if (typeof sizeBytes !== 'number' || text('name') === '') return undefined;
  return [text('name'), text('model'), text('serial'), bytesText(sizeBytes)]
    .filter(part => part !== '')
    .join(' ');
}

function numberText(t: Translate, name: string, value: number): string | number {
  if (/bytesPerSecond$/i.test(name)) return rateText(value);
  if (/bytes$/i.test(name)) return bytesText(value);
  if (/seconds$/i.test(name)) return durationText(t, value * 1000);
  if (/ms$/i.test(name)) return durationText(t, value);
  return value;
}
