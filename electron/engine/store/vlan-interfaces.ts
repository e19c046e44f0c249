import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { Database } from './database.ts';
import { defineTable, plain } from './table.ts';

/** A VLAN sub-interface that we made on a person's word: to be made again after a reboot, and taken away again. */
export interface StoredVlanInterface {
  readonly name: string;
  readonly parent: string;
  /** By which the same adapter is known after a reboot; null: it has none that lasts. */
  readonly parentMac: Mac | null;
  readonly vlanId: number;
  readonly address: Ipv4;
  readonly prefixLength: number;
}

export interface VlanInterfaceRepository {
  list(): StoredVlanInterface[];
  find(name: string): StoredVlanInterface | undefined;
  save(vlan: StoredVlanInterface): void;
  remove(name: string): void;
}

export function vlanInterfaceRepository(db: Database): VlanInterfaceRepository {
  const table = defineTable<StoredVlanInterface>(
    db,
    'vlan_interfaces',
    ['name'],
    {
      name: plain(),
      parent: plain(),
      parentMac: plain(),
      vlanId: plain(),
      address: plain(),
      prefixLength: plain(),
    },
    'name',
  );
  return {
    list: () => table.select(),
    find: name => table.first('name = ?', name),
    save: vlan => table.put(vlan),
    remove: name => void table.delete('name = ?', name),
  };
}
