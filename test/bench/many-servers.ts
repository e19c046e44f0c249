/** A hall full of servers, written into a database as the engine itself writes it. */
import { join } from 'node:path';
import { openStore, type Store } from '#engine/store/store.ts';
import type { Node } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aPort } from '#test/fakes/rows.ts';
import { nodeIdOf, uuid } from '#test/fakes/scripted-engine/ids.ts';
import { server } from '#test/fakes/scripted-engine/servers.ts';

const unitsPerRack = 40;
const nicsPerServer = 4;
/** Of a hall at work: most are installed, some wait, a few are in trouble. */
const states = ['active', 'active', 'available', 'active', 'deploy failed', 'active', 'manageable'] as const;

/** The number is from 1; servers of one number are the same in every database. */
export function serverNumbered(number: number, now: number): Node {
  const provisionState = states[number % states.length] ?? 'available';
  const rack = `R${Math.ceil(number / unitsPerRack)}`;
  const unit = String(((number - 1) % unitsPerRack) + 1);
  const node = server(number, now, {
    name: `${rack.toLowerCase()}u${unit.padStart(2, '0')}`,
    provisionState,
    powerState: provisionState === 'active' ? 'power on' : 'power off',
    bootTarget: provisionState === 'active' ? 'disk' : 'nothing',
    extra: { rack, unit },
  });
  if (node.inventory === null || node.bmc === null) throw new Error('a server that was never inspected');
  const nics = node.inventory.nics.map((nic, index) => ({ ...nic, mac: macNumbered(number, index) }));
  const address = `10.${64 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  return {
    ...node,
    bmc: { ...node.bmc, address },
    inventory: { ...node.inventory, nics, bmcAddress: address },
  };
}

/** Locally administered (02:…), so that it is nobody's. */
export function macNumbered(number: number, nic: number): Mac {
  const digits = (number * nicsPerServer + nic).toString(16).padStart(6, '0');
  return `02:52:56:${digits.replace(/(..)(..)(..)/, '$1:$2:$3')}` as Mac;
}

/** With two ports each, and something that happened on each of them. */
export function fillInventory(store: Store, count: number, now: number): readonly Node[] {
  return store.transaction(() =>
    Array.from({ length: count }, (_, index) => {
      const number = index + 1;
      const node = serverNumbered(number, now);
      store.nodes.save(node);
      for (const nic of [0, 1]) {
        const id = uuid('d', number * nicsPerServer + nic) as PortId;
        const address = macNumbered(number, nic);
        store.ports.save(aPort({ id, nodeId: nodeIdOf(number), address, name: `eno${nic + 1}` }));
      }
      const { manufacturer = '', firmware = '', cipherSuite = null } = node.bmc ?? {};
      store.timeline.append({
        kind: 'bmc',
        nodeId: node.id,
        message: 'bmc.verified',
        details: { manufacturer: manufacturer ?? '', firmware: firmware ?? '', cipherSuite },
      });
      return node;
    }),
  );
}

/** The data folder of an engine that knows so many servers, before its first start. */
export function makeDataDir(dataDir: string, count: number): void {
  const store = openStore(join(dataDir, 'rackside.db'), Buffer.alloc(32));
  try {
    fillInventory(store, count, Date.now());
  } finally {
    store.close();
  }
}
