import type { ProductArea } from '../fru-inventory.ts';
import { encodeFruInventory } from '../fru-inventory.ts';
import type { Entity } from '../sensors/sensor-fields.ts';

/** One FRU inventory of a virtual BMC. */
export interface BmcFru {
  readonly fruId: number;
  readonly name: string;
  /** The system board unless given. */
  readonly entity?: Entity;
  /** See encodeFruInventory. */
  readonly bytes: Buffer;
}

const powerSupply = 10;
const driveBackplane = 15;

function product(name: string, partNumber: string, serial: string): ProductArea {
  const texts = { version: '01', assetTag: '', fruFileId: '', custom: [] };
  return { manufacturer: 'Rackside', name, partNumber, serial, ...texts };
}

function supply(bay: number): BmcFru {
  const area = product('Power Supply 800W', 'VS-PSU-800', `PSU000${bay}`);
  return {
    fruId: bay,
    name: `PSU${bay} FRU`,
    entity: { id: powerSupply, instance: bay, isLogical: false },
    bytes: encodeFruInventory({ product: area }),
  };
}

/** What a server has besides its board: two power supplies and the backplane of its drives. */
export const partFrus: readonly BmcFru[] = [
  supply(1),
  supply(2),
  {
    fruId: 3,
    name: 'Backplane FRU',
    entity: { id: driveBackplane, instance: 1, isLogical: false },
    bytes: encodeFruInventory({ product: product('Drive Backplane', 'VS-BP-4', 'BP0001') }),
  },
];
