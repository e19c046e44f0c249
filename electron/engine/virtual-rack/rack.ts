import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootServices } from '#engine/boot-services/boot-services.ts';
import type { ImageLibrary } from '#engine/images/image-library.ts';
import { bmcPasswordName, enroll, secretsOwner } from '#engine/inventory/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { Logger } from '#engine/system/log.ts';
import { CodedError, type Network, type Node } from '#shared/contract/index.ts';
import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import { demoImage } from './demo-image.ts';
import { type MachineFault, VirtualMachine } from './machine.ts';

export interface VirtualRackParts {
  readonly store: Store;
  readonly now: () => number;
  readonly bootServices: BootServices;
  readonly library: ImageLibrary;
  /** Starts verifying a new node, as for any other server. */
  readonly verify: (id: NodeId) => void;
  /** Where disks and stand-in boot files lie. */
  readonly dir: string;
  /** How many machines there are now. */
  readonly onCount: (count: number) => void;
  readonly log: Logger;
}

export type VirtualRack = ReturnType<typeof createVirtualRack>;

/** All of 127/8 is this computer: each simulated machine has an address of its own in it. */
const rackCidr = '127.77.0.0/16';
const poolStart = '127.77.1.1' as Ipv4;
const poolEnd = '127.77.250.254' as Ipv4;
const bmcAddress = '127.77.0.2';
const demoImageName = 'Demo image';
const demoImageBytes = 24 * 2 ** 20;
/**
 * Room for a real cloud image; the file is sparse, so it takes what is written. NTFS fills a file with zeros up to where
 * something is written (the config drive, at the end), so on Windows only a small image fits.
 */
const diskBytes = process.platform === 'win32' ? 64 * 2 ** 20 : 20 * 2 ** 30;
const postMs = 300;
const bmcUser = 'admin';

/** Boot files for machines that only look whether they got some. */
const standIns = [
  ['boot', 'undionly.kpxe', 64],
  ['boot', 'snponly.efi', 160],
  ['ramdisk', 'vmlinuz', 256],
  ['ramdisk', 'ramdisk.img', 512],
] as const;

export function virtualRackAssets(dir: string) {
  return { bootDir: join(dir, 'boot'), ramdiskDir: join(dir, 'ramdisk') };
}

/**
 * Simulated servers with all that a first try needs: a network, an image, and machines whose BMC, DHCP, TFTP and HTTP
 * are real packets on loopback. They are nodes like any other; only `isVirtual` tells.
 */
export function createVirtualRack(parts: VirtualRackParts) {
  const { store, bootServices, library, now, dir, log } = parts;
  const machines = new Map<NodeId, VirtualMachine>();

  function makeAssets(): void {
    for (const [folder, name, kibibytes] of standIns) {
      const path = join(dir, folder, name);
      mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
      if (!existsSync(path)) writeFileSync(path, randomBytes(kibibytes * 1024));
    }
  }

  function rackNetwork(): Network | undefined {
    return store.networks.list().find(network => network.cidr === rackCidr);
  }

  async function openNetwork(): Promise<void> {
    const network: Network = rackNetwork() ?? {
      id: randomUUID() as NetworkId,
      name: 'Virtual rack',
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
      otherServers: [],
      checkedAt: null,
      serveBesideOthers: false,
    };
    store.networks.save(network);
    await bootServices.apply();
  }

  function importImage(): void {
    if (store.images.list().some(image => image.name === demoImageName && image.state !== 'failed')) return;
    const path = join(dir, 'demo.raw');
    writeFileSync(path, demoImage(demoImageBytes));
    library.start(path, demoImageName);
  }

  async function startMachine(node: Node): Promise<void> {
    const mac = store.ports.ofNode(node.id)[0]?.address;
    const password = store.secrets.get(secretsOwner(node.id), bmcPasswordName);
    if (mac === undefined || password === undefined) return;
    const machine = new VirtualMachine({
      name: node.name,
      serial: `RV-${mac.slice(-8).replaceAll(':', '').toUpperCase()}`,
      mac,
      firmware: node.extra['firmware'] === 'uefi' ? 'uefi' : 'bios',
      disk: {
        path: join(dir, `${node.id}.disk`),
        sizeBytes: diskBytes,
        serial: `VD-${mac.replaceAll(':', '')}`,
      },
      account: { name: bmcUser, password },
      wire: () => {
        const network = rackNetwork();
        const wire = network === undefined ? undefined : bootServices.wire(network.id);
        return wire === undefined
          ? undefined
          : { address: wire.plan.address, dhcp: wire.ports.dhcp, tftp: wire.ports.tftp };
      },
      onEvent: text => log.debug('machine', { node: node.name, text }),
      postMs,
    });
    machines.set(node.id, machine);
    parts.onCount(machines.size);
    const { address, port } = await machine.start(bmcAddress, 0);
    const current = store.nodes.find(node.id);
    if (current?.bmc == null) return;
    store.nodes.save({ ...current, bmc: { ...current.bmc, address, port } });
    // Its hardware ended with the engine; what was running is switched on again.
    if (current.powerState === 'power on') machine.powerOn();
  }

  /** Locally administered (02:…), so that it is nobody's. */
  function freeMac(): Mac {
    for (;;) {
      const mac = parseMac(`02525600${randomBytes(2).toString('hex')}`);
      if (mac !== undefined && store.ports.findByAddress(mac) === undefined) return mac;
    }
  }

  function freeName(): string {
    for (let number = 1; ; number += 1) {
      const name = `virtual-${String(number).padStart(2, '0')}`;
      if (store.nodes.findByName(name) === undefined) return name;
    }
  }

  function addNode(index: number): Node {
    const node = enroll(
      store,
      {
        name: freeName(),
        bmc: {
          address: bmcAddress,
          port: 623,
          username: bmcUser,
          password: randomBytes(9).toString('base64url'),
        },
        macs: [freeMac()],
        rootDeviceHints: {},
        resourceClass: '',
        isVirtual: true,
      },
      now(),
    );
    const described = { ...node, extra: { firmware: index % 2 === 0 ? 'bios' : 'uefi' } };
    store.nodes.save(described);
    return described;
  }

  return {
    async start(count: number): Promise<{ nodes: number }> {
      makeAssets();
      await openNetwork();
      importImage();
      for (let index = 0; index < count; index += 1) {
        const node = addNode(index);
        await startMachine(node);
        parts.verify(node.id);
      }
      return { nodes: machines.size };
    },

    /** Everything that `start` made goes: machines, disks, network, image. */
    async remove(): Promise<void> {
      const nodes = store.nodes.list().filter(node => node.isVirtual);
      const busy = nodes.find(node => store.deployments.runningOf(node.id) !== undefined);
      if (busy !== undefined) {
        throw new CodedError('input.in_use', 'a deployment is running', {
          what: busy.name,
          by: 'deployment',
        });
      }
      for (const node of nodes) {
        machines.get(node.id)?.stop();
        machines.delete(node.id);
        store.nodes.remove(node.id);
        store.secrets.remove(secretsOwner(node.id));
      }
      parts.onCount(0);
      const network = rackNetwork();
      if (network !== undefined) await bootServices.remove(network.id);
      const image = store.images
        .list()
        .find(({ name, state }) => name === demoImageName && state !== 'importing');
      if (image !== undefined) await library.remove(image.id);
      rmSync(dir, { recursive: true, force: true });
    },

    setFault(nodeId: NodeId, fault: MachineFault): void {
      const machine = machines.get(nodeId);
      if (machine === undefined)
        throw new CodedError('input.not_found', 'not a virtual server', { what: 'node', id: nodeId });
      machine.setFault(fault);
    },

    /** After a start of the engine: the machines that were there are there again. */
    async resume(): Promise<void> {
      const nodes = store.nodes.list().filter(node => node.isVirtual);
      if (nodes.length > 0) makeAssets();
      for (const node of nodes) await startMachine(node);
    },

    /** The engine ends; nothing is removed. */
    close(): void {
      for (const machine of machines.values()) machine.stop();
      machines.clear();
    },
  };
}
