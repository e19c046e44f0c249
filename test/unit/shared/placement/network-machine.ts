import type { Inventory, Port } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { NetworkMachine } from '#shared/placement/network-links.ts';
import { aPort } from '#test/fakes/rows.ts';

export const portIdOf = (at: number) => `00000000-0000-4000-8000-00000000000${at}` as PortId;
export const macOf = (at: number) => `52:54:00:aa:00:0${at}` as Mac;

/** Ports in this order, `eth0` first; none is bootable unless it says so. */
export function machine(
  ports: readonly Partial<Port>[],
  change: Partial<NetworkMachine> = {},
): NetworkMachine {
  return {
    ports: ports.map((port, at) =>
      aPort({ id: portIdOf(at), address: macOf(at), pxeEnabled: false, ...port }),
    ),
    portgroups: [],
    nics: null,
    provisioningMac: null,
    ...change,
  };
}

/** As the ramdisk saw it, with what its switch tells. */
export function nic(at: number, vlan: number | null, carrier = true): Inventory['nics'][number] {
  const lldp = { chassis: 'tor-1', port: `Gi1/0/${at}`, description: '', vlan };
  return {
    name: `eth${at}`,
    mac: macOf(at),
    carrier,
    speedMbps: 1000,
    driver: '',
    pciId: '',
    lldp,
    errors: null,
  };
}
