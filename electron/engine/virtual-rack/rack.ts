import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootServices } from '#engine/boot-services/boot-services.ts';
import type { ImageLibrary } from '#engine/images/image-library.ts';
import { bmcPasswordName, secretsOwner } from '#engine/inventory/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { Logger } from '#engine/system/log.ts';
import { CodedError, type Image, type Network, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { MachineFault } from '#shared/model/machine-fault.ts';
import type { WirePorts } from './boot-chain.ts';
import { demoImage } from './demo-image.ts';
import { VirtualMachine } from './machine.ts';
import {
  addVirtualNode,
  bmcAddress,
  bmcUser,
  firmwareOf,
  makeStandIns,
  newRackNetwork,
  rackCidr,
} from './rack-supplies.ts';

export interface VirtualRackParts {
  readonly store: Store;
  readonly now: () => number;
  readonly bootServices: BootServices;
  readonly library: ImageLibrary;
  /** Starts verifying a new node, as for any other server. */
  readonly verify: (id: NodeId) => void;
  /** With all that is kept of it. */
  readonly removeNode: (id: NodeId) => void;
  /** Where disks and stand-in boot files lie. */
  readonly dir: string;
  /** How many machines there are now. */
  readonly onCount: (count: number) => void;
  readonly log: Logger;
}

const demoImageBytes = 24 * 2 ** 20;
/**
 * Room for a real cloud image; the file is sparse, so it takes what is written. NTFS fills a file with zeros up to where
 * something is written (the config drive, at the end), so on Windows only a small image fits.
 */
const diskBytes = process.platform === 'win32' ? 64 * 2 ** 20 : 20 * 2 ** 30;
const postMs = 300;

/** Of what comes with the servers. */
export interface RackNames {
  readonly network: string;
  readonly image: string;
}

/**
 * Simulated servers with all that a first try needs: a network, an image, and machines whose BMC, DHCP, TFTP and HTTP
 * are real packets on loopback. They are nodes like any other; only `isVirtual` tells.
 */
export class VirtualRack {
  readonly #parts: VirtualRackParts;
  readonly #machines = new Map<NodeId, VirtualMachine>();

  constructor(parts: VirtualRackParts) {
    this.#parts = parts;
  }

  async start(count: number, names: RackNames): Promise<{ nodes: number }> {
    makeStandIns(this.#parts.dir);
    await this.#openNetwork(names.network);
    this.#importImage(names.image);
    for (let index = 0; index < count; index += 1) {
      const node = addVirtualNode(this.#parts.store, index, this.#parts.now());
      await this.#startMachine(node);
      this.#parts.verify(node.id);
    }
    return { nodes: this.#machines.size };
  }

  /**
   * Everything that `start` made goes: machines, disks, network, image. All of it or nothing.
   * @throws CodedError `input.in_use` while a deployment runs on one of its servers or with its image.
   */
  async remove(): Promise<void> {
    const { store, library, bootServices, dir, onCount, removeNode } = this.#parts;
    const nodes = store.nodes.list().filter(node => node.isVirtual);
    const busy = nodes.find(node => store.deployments.runningOf(node.id) !== undefined);
    if (busy !== undefined) {
      throw new CodedError('input.in_use', 'a deployment is running', { what: busy.name, by: 'deployment' });
    }
    const image = this.#image();
    if (image !== undefined) library.requireUnused(image.id);
    for (const { id } of nodes) {
      this.#machines.get(id)?.stop();
      this.#machines.delete(id);
    }
    store.transaction(() => {
      for (const { id } of nodes) removeNode(id);
    });
    onCount(0);
    if (image?.state === 'importing') await library.cancel(image.id);
    else if (image !== undefined) await library.remove(image.id);
    const network = this.#network();
    if (network !== undefined) await bootServices.remove(network.id);
    rmSync(dir, { recursive: true, force: true });
  }

  setFault(nodeId: NodeId, fault: MachineFault): void {
    const machine = this.#machines.get(nodeId);
    if (machine === undefined)
      throw new CodedError('input.not_found', 'not a virtual server', { what: 'node', id: nodeId });
    machine.setFault(fault);
  }

  /** After a start of the engine: the machines that were there are there again. */
  async resume(): Promise<void> {
    const nodes = this.#parts.store.nodes.list().filter(node => node.isVirtual);
    if (nodes.length > 0) makeStandIns(this.#parts.dir);
    for (const node of nodes) await this.#startMachine(node);
  }

  /** The engine ends; nothing is removed. */
  close(): void {
    for (const machine of this.#machines.values()) machine.stop();
    this.#machines.clear();
  }

  #network(): Network | undefined {
    return this.#parts.store.networks.list().find(network => network.cidr === rackCidr);
  }

  async #openNetwork(name: string): Promise<void> {
    const network = this.#network() ?? newRackNetwork(name);
    this.#parts.store.networks.save(network);
    await this.#parts.bootServices.apply();
  }

  /** Known by the file that it came from, which is ours alone; its name is a person's to change or to use again. */
  #image(): Image | undefined {
    const { images } = this.#parts.store;
    return images.list().find(({ id }) => images.sourcePath(id) === this.#imageSource());
  }

  #imageSource(): string {
    return join(this.#parts.dir, 'demo.raw');
  }

  #importImage(name: string): void {
    const { library, store } = this.#parts;
    const known = this.#image();
    if (known !== undefined && known.state !== 'failed') return;
    if (known !== undefined) store.images.remove(known.id);
    writeFileSync(this.#imageSource(), demoImage(demoImageBytes));
    library.start(this.#imageSource(), name);
  }

  async #startMachine(node: Node): Promise<void> {
    const { store, log, onCount } = this.#parts;
    const mac = store.ports.ofNode(node.id)[0]?.address;
    const password = store.secrets.get(secretsOwner(node.id), bmcPasswordName);
    if (mac === undefined || password === undefined) return;
    const machine = new VirtualMachine({
      name: node.name,
      serial: `RV-${mac.slice(-8).replaceAll(':', '').toUpperCase()}`,
      mac,
      firmware: firmwareOf(node),
      disk: {
        path: join(this.#parts.dir, `${node.id}.disk`),
        sizeBytes: diskBytes,
        serial: `VD-${mac.replaceAll(':', '')}`,
      },
      account: { name: bmcUser, password },
      wire: () => this.#wire(),
      onEvent: text => log.debug('machine', { node: node.name, text }),
      postMs,
    });
    this.#machines.set(node.id, machine);
    onCount(this.#machines.size);
    const { address, port } = await machine.start(bmcAddress, 0);
    const current = store.nodes.find(node.id);
    if (current?.bmc == null) return;
    store.nodes.save({ ...current, bmc: { ...current.bmc, address, port } });
    // Its hardware ended with the engine; what was running is switched on again.
    if (current.powerState === 'power on') machine.powerOn();
  }

  #wire(): WirePorts | undefined {
    const network = this.#network();
    const wire = network === undefined ? undefined : this.#parts.bootServices.wire(network.id);
    if (wire === undefined) return undefined;
    return { address: wire.plan.address, dhcp: wire.ports.dhcp, tftp: wire.ports.tftp };
  }
}
