/** A bond of all NICs of a server with the provisioning network untagged and a VLAN on top: asked for, then looked at inside. */
import { join } from 'node:path';
import { type NetworkRequest, type Node, networkRequest } from '#shared/contract/index.ts';
import { check, checkEqual } from './check.ts';
import { type Guest, inGuest } from './guest.ts';
import { insideNamespace, provisioner } from './namespaces.ts';
import { bondPorts, until } from './procedures.ts';
import type { Product } from './product.ts';
import { startService } from './program.ts';
import type { Server } from './rack.ts';
import type { LabRun } from './run.ts';

const vlan = { id: 120, address: '10.120.0.11', neighbour: '10.120.0.1' };

/** `untagged`: an address of the provisioning network, or `dhcp`. */
export async function requestBondAndVlan(
  product: Product,
  node: Node,
  untagged: string,
): Promise<readonly NetworkRequest[]> {
  const bond = await bondPorts(product, node, 'bond0');
  const [network] = await product.call.networks.list({});
  const place = { by: 'portgroup', portgroupId: bond.id };
  const fixed = (address: string) => ({
    method: 'static',
    address,
    prefixLength: 24,
    gateway: null,
    dns: [],
  });
  const address = untagged === 'dhcp' ? { method: 'dhcp' } : fixed(untagged);
  return [
    networkRequest.parse({
      name: 'provisioning',
      networkId: network?.id,
      place,
      address,
      tagging: 'untagged',
    }),
    networkRequest.parse({
      name: 'storage',
      segmentationId: vlan.id,
      tagging: 'tagged',
      place,
      address: fixed(vlan.address),
    }),
  ];
}

/** The NIC that carries the traffic loses its cable, and the machine stays where it is. */
export async function checkBond(run: LabRun, guest: Guest, { machine }: Server): Promise<void> {
  run.phase('bond');
  const state = await inGuest(guest, 'cat /proc/net/bonding/bond0');
  run.log(state.replaceAll(/\n+/g, ' | '));
  check(run, 'the bond is an active backup', state.includes('fault-tolerance (active-backup)'));
  const macs = [machine.spec.mac, ...(machine.spec.otherMacs ?? [])];
  const isMember = (mac: string): boolean => state.includes(`Permanent HW addr: ${mac}`);
  check(run, 'all NICs are its members', macs.every(isMember), state);
  const active = 'cat /sys/class/net/bond0/bonding/active_slave';
  const before = await inGuest(guest, active);
  const mac = await inGuest(guest, `cat /sys/class/net/${before}/bonding_slave/perm_hwaddr`);
  await machine.setLink(macs.indexOf(mac), false);
  const after = await until('the other NIC taking over', 60_000, async () => {
    const now = await inGuest(guest, active).catch(() => before);
    return now === before ? undefined : now;
  });
  check(run, `another NIC carries the traffic when ${before} has lost its cable`, after !== before, after);
  await machine.setLink(macs.indexOf(mac), true);
}

/** The lab's kernel knows no VLANs, but the frames that leave the machine can be seen. */
export async function checkVlan(run: LabRun, guest: Guest): Promise<void> {
  run.phase('VLAN');
  const name = `bond0.${vlan.id}`;
  const address = await inGuest(guest, `ip -o -4 addr show to ${vlan.address} | tr -s ' ' | cut -d' ' -f2,4`);
  checkEqual(run, 'the address on the VLAN', address, `${name} ${vlan.address}/24`);
  const link = await inGuest(guest, `ip -d link show ${name}`);
  check(run, 'its interface is a VLAN', link.includes(`vlan protocol 802.1Q id ${vlan.id}`), link);
  const logFile = join(run.directory, 'vlan.log');
  const tcpdump = ['tcpdump', '-n', '-e', '-c', '1', '-i', provisioner.interfaceName];
  const filter = ['vlan', String(vlan.id), 'and', 'arp', 'host', vlan.neighbour];
  const { provisionerNamespace } = guest.laptop.rack.network;
  const sniffer = startService(insideNamespace(provisionerNamespace, [...tcpdump, ...filter]), { logFile });
  run.atEnd('tcpdump', () => sniffer.stop());
  await until('a frame with the tag', 60_000, async () => {
    await inGuest(guest, `ping -c 1 -W 1 ${vlan.neighbour} >/dev/null || :`);
    return sniffer.isRunning() ? undefined : true;
  });
  check(run, `what it sends there carries the tag ${vlan.id} on the wire`, true);
}
