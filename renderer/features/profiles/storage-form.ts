import type { FileSystem, RaidLevel, StorageLayout } from '#shared/contract/index.ts';
import { type Keyed, newRowKey } from '../../ui/list-rows.ts';

export const sizeUnits = ['MiB', 'GiB', 'TiB', 'rest'] as const;
export type SizeUnit = (typeof sizeUnits)[number];

const bytesOfUnit: Readonly<Record<Exclude<SizeUnit, 'rest'>, number>> = {
  TiB: 2 ** 40,
  GiB: 2 ** 30,
  MiB: 2 ** 20,
};

/** A partition, or a volume with its name. */
export interface PlaceForm extends Keyed {
  readonly name: string;
  readonly mountPoint: string;
  readonly fileSystem: FileSystem;
  readonly amount: string;
  readonly unit: SizeUnit;
}

export interface StorageForm {
  readonly partitionTable: StorageLayout['partitionTable'];
  readonly raidLevel: RaidLevel | null;
  readonly partitions: readonly PlaceForm[];
  readonly volumeGroup: { readonly name: string; readonly volumes: readonly PlaceForm[] } | null;
}

export const layoutTemplates = ['as-is', 'lvm', 'plain', 'raid-lvm'] as const;
export type LayoutTemplate = (typeof layoutTemplates)[number];

const gib = 2 ** 30;
const lvm: StorageLayout = {
  partitionTable: 'gpt',
  raidLevel: null,
  partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gib }],
  volumeGroup: {
    name: 'rootvg',
    volumes: [
      { name: 'root', mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
      { name: 'swap', mountPoint: '', fileSystem: 'swap', size: 4 * gib },
    ],
  },
};
const layouts: Readonly<Record<LayoutTemplate, StorageLayout | null>> = {
  'as-is': null,
  lvm,
  plain: {
    partitionTable: 'gpt',
    raidLevel: null,
    partitions: [
      { mountPoint: '', fileSystem: 'swap', size: 4 * gib },
      { mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
    ],
    volumeGroup: null,
  },
  'raid-lvm': { ...lvm, raidLevel: '1' },
};

export function formOfTemplate(template: LayoutTemplate): StorageForm | null {
  return formOfStorage(layouts[template]);
}

/** Which of ours it is now; `own` after a change. */
export function templateOf(form: StorageForm | null): LayoutTemplate | 'own' {
  const text = JSON.stringify(storageOf(form));
  return layoutTemplates.find(template => JSON.stringify(layouts[template]) === text) ?? 'own';
}

export function formOfStorage(layout: StorageLayout | null): StorageForm | null {
  if (layout === null) return null;
  const { partitionTable, raidLevel, partitions, volumeGroup } = layout;
  return {
    partitionTable,
    raidLevel,
    partitions: partitions.map(place => formOfPlace({ name: '', ...place })),
    volumeGroup: volumeGroup && { name: volumeGroup.name, volumes: volumeGroup.volumes.map(formOfPlace) },
  };
}

function formOfPlace(place: {
  readonly name: string;
  readonly mountPoint: string;
  readonly fileSystem: FileSystem;
  readonly size: number | 'rest';
}): PlaceForm {
  const { name, mountPoint, fileSystem, size } = place;
  return { key: newRowKey(), name, mountPoint, fileSystem, ...amountOf(size) };
}

/** In the largest unit that makes a whole number of it. */
function amountOf(size: number | 'rest'): Pick<PlaceForm, 'amount' | 'unit'> {
  if (size === 'rest') return { amount: '', unit: 'rest' };
  const unit = (['TiB', 'GiB'] as const).find(name => size % bytesOfUnit[name] === 0) ?? 'MiB';
  return { amount: String(size / bytesOfUnit[unit]), unit };
}

/** NaN where the text is no number: no layout has such a size. */
export function sizeOf({ amount, unit }: Pick<PlaceForm, 'amount' | 'unit'>): number | 'rest' {
  if (unit === 'rest') return 'rest';
  const text = amount.trim().replace(',', '.');
  return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * bytesOfUnit[unit]) : Number.NaN;
}

/** As the contract has it, right or wrong. */
export function storageOf(form: StorageForm | null): StorageLayout | null {
  if (form === null) return null;
  const { partitionTable, raidLevel, partitions, volumeGroup } = form;
  return {
    partitionTable,
    raidLevel,
    partitions: partitions.map(placeOf),
    volumeGroup: volumeGroup && {
      name: volumeGroup.name,
      volumes: volumeGroup.volumes.map(volume => ({ name: volume.name, ...placeOf(volume) })),
    },
  };
}

function placeOf(form: PlaceForm) {
  const { mountPoint, fileSystem } = form;
  return { mountPoint: fileSystem === 'swap' ? '' : mountPoint.trim(), fileSystem, size: sizeOf(form) };
}

const usualPlaces = ['/', '/var', '/home', '/srv', '/opt', '/tmp', '/var/log', '/var/lib'];

/** The first usual place that the layout does not have yet. */
export function newPlace(form: StorageForm): PlaceForm {
  const places = [...form.partitions, ...(form.volumeGroup?.volumes ?? [])];
  const free = (mountPoint: string) => places.every(place => place.mountPoint !== mountPoint);
  const mountPoint = usualPlaces.find(free) ?? '';
  const name = mountPoint === '/' ? 'root' : mountPoint.slice(1).replaceAll('/', '-');
  return { key: newRowKey(), name, mountPoint, fileSystem: 'ext4', amount: '10', unit: 'GiB' };
}

/** Every volume that cannot stay without its group goes with it. */
export function withVolumeGroup(form: StorageForm, isWanted: boolean): StorageForm {
  if (!isWanted) return { ...form, volumeGroup: null };
  return { ...form, volumeGroup: { name: 'rootvg', volumes: [newPlace(form)] } };
}
