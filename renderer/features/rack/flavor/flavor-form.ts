import type { z } from 'zod';
import type { flavor } from '#shared/contract/index.ts';
import { type Keyed, newRowKey } from '../../../ui/list-rows.ts';
import { readNameValues } from '../../server-form/name-values.ts';

export type FlavorInput = z.input<typeof flavor>;

export interface DiskGroupRow extends Keyed {
  readonly count: string;
  readonly sizeGb: string;
}

/** Text, as typed; an empty field asks for nothing. */
export interface FlavorForm {
  readonly vcpus: string;
  readonly memoryGib: string;
  readonly disks: readonly DiskGroupRow[];
  readonly resourceClass: string;
  /** `name=value`, one a line. */
  readonly labels: string;
}

export const emptyFlavor: FlavorForm = {
  vcpus: '',
  memoryGib: '',
  disks: [],
  resourceClass: '',
  labels: '',
};

export const flavorLimits = { vcpus: 4096, memoryGib: 65_536, count: 200, sizeGb: 1_000_000 } as const;
export type FlavorNumber = keyof typeof flavorLimits;

export function newDiskGroup(): DiskGroupRow {
  return { key: newRowKey(), count: '1', sizeGb: '' };
}

/** A whole number from 1 to the limit. */
export function isFlavorNumber(name: FlavorNumber, text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= flavorLimits[name];
}

/** Null while something is wrong or nothing is asked for. */
export function flavorInput(form: FlavorForm): FlavorInput | null {
  const { values: labels, wrong } = readNameValues(form.labels);
  const numbers = (['vcpus', 'memoryGib'] as const).filter(name => form[name] !== '');
  if (wrong.length > 0 || numbers.some(name => !isFlavorNumber(name, form[name]))) return null;
  const areDisksGood = form.disks.every(
    ({ count, sizeGb }) => isFlavorNumber('count', count) && isFlavorNumber('sizeGb', sizeGb),
  );
  const resourceClass = form.resourceClass.trim();
  const isEmpty =
    numbers.length + form.disks.length + Object.keys(labels).length === 0 && resourceClass === '';
  if (!areDisksGood || isEmpty) return null;
  return {
    vcpus: form.vcpus === '' ? null : Number(form.vcpus),
    memoryGib: form.memoryGib === '' ? null : Number(form.memoryGib),
    disks:
      form.disks.length === 0
        ? null
        : form.disks.map(({ count, sizeGb }) => ({ count: Number(count), sizeGb: Number(sizeGb) })),
    resourceClass,
    labels,
  };
}
