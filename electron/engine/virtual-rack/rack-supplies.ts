import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enroll } from '#engine/inventory/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import { type Network, type Node, networkPurposes } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';

/** All of 127/8 is this computer: each simulated machine has an address of its own in it. */
export const rackCidr = '127.77.0.0/16';
const poolStart = '127.77.1.1' as Ipv4;
const poolEnd = '127.77.250.254' as Ipv4;
export const bmcAddress = '127.77.0.2';
export const bmcUser = 'admin';

/** Boot files for machines that only look whether they got some; sizes in KiB. */
const standIns = [
  ['boot', 'undionly.kpxe', 64],
  ['boot', 'snponly.efi', 160],
  ['ramdisk', 'vmlinuz', 256],
  ['ramdisk', 'ramdisk.img', 512],
] as const;

/** Where the rack's wire finds the boot files of its machines. */
export function virtualRackAssets(dir: string) {
  return { bootDir: join(dir, 'boot'), ramdiskDir: join(dir, 'ramdisk') };
}

export function makeStandIns(dir: string): void {
  for (const [folder, name, kibibytes] of standIns) {
    const path = join(dir, folder, name);
    mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, randomBytes(kibibytes * 1024));
  }
}

export function newRackNetwork(name: string): Network {
  return {
    id: randomUUID() as NetworkId,
    name,
    cidr: rackCidr,
    interfaceName: 'lo',
    dhcpMode: 'full',
    poolStart,
    poolEnd,
    gateway: null,
    dns: [],
    domain: '',
    leaseSeconds: 600,
    segmentationId: null,
    physicalNetwork: '',
    mtu: null,
    purposes: [...networkPurposes],
    otherServers: [],
    checkedAt: null,
    serveBesideOthers: false,
  };
}

/** Enrolls the next simulated server; every second one (`index`) has UEFI. */
export function addVirtualNode(store: Store, index: number, now: number): Node {
  const password = randomBytes(9).toString('base64url');
  const node = enroll(
    store,
    {
      name: freeName(store),
      bmc: { address: bmcAddress, port: 623, username: bmcUser, password },
      macs: [freeMac(store)],
      rootDeviceHints: {},
      resourceClass: '',
      isVirtual: true,
    },
    now,
  );
  const described = { ...node, extra: { firmware: index % 2 === 0 ? 'bios' : 'uefi' } };
  store.nodes.save(described);
  return described;
}

export function firmwareOf(node: Node): 'bios' | 'uefi' {
  return node.extra['firmware'] === 'uefi' ? 'uefi' : 'bios';
}

/** Locally administered (02:…), so that it is nobody's. */
function freeMac(store: Store): Mac {
  for (;;) {
    const mac = parseMac(`02525600${randomBytes(2).toString('hex')}`);
    if (mac !== undefined && store.ports.findByAddress(mac) === undefined) return mac;
  }
}

function freeName(store: Store): string {
  for (let number = 1; ; number += 1) {
    const name = `virtual-${String(number).padStart(2, '0')}`;
    if (store.nodes.findByName(name) === undefined) return name;
  }
}
