import type { PortId } from '#shared/model/ids.ts';
import { aReview } from '#test/fakes/rows.ts';
import { uuid } from '#test/fakes/scripted-engine/ids.ts';
import type { Script } from '#test/fakes/scripted-engine/play.ts';
import { type ScriptedEngine, scriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { emptyWorld, scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { bootDisk } from '#test/fakes/scripted-engine/servers.ts';
import { failingBatch, reviewBatch } from '../scripted-board.ts';
import { erasable, leftAlone, nearMisses, withBondAndInstaller, withNodeAnswers } from '../scripted-rack.ts';

/** The engine behind the screens of a busy day. */
export function busyEngine(now: number): ScriptedEngine {
  const { snapshot, events } = scriptedWorld(now);
  const world = { ...withBondAndInstaller(snapshot, now), batches: [failingBatch(now)] };
  const engine = scriptedEngine(world, events, script);
  return withNodeAnswers(engine, { reviewClean: async () => erasable, match: nearMisses });
}

/** The engine of somebody who has just begun. */
export const firstEngine = (): ScriptedEngine => scriptedEngine(emptyWorld(), [], script);

const script: Script = {
  reviewBatch,
  pastPhases: async () => ({
    manufacturer: 'Dell Inc.',
    product: 'PowerEdge R740',
    steps: [
      { name: 'wait-call-back', runs: 7, medianMs: 130_000, slowMs: 195_000 },
      { name: 'write-image', runs: 7, medianMs: 20_000, slowMs: 30_000 },
    ],
  }),
  review: async () =>
    aReview({
      disk: bootDisk,
      filtered: [leftAlone],
      networks: [
        {
          request: 0,
          portId: uuid('d', 4) as PortId,
          portgroupId: null,
          vlanId: 120,
          reasons: [
            { code: 'lldp_vlan', values: { segmentationId: 120, switch: 'tor-1', port: 'Ethernet1/4' } },
            { code: 'pxe_enabled', values: {} },
          ],
        },
      ],
      warnings: [{ code: 'disk.has_data', details: { disk: bootDisk, contents: bootDisk.contents } }],
    }),
  interfaces: async () => [
    nic('enp3s0', '10.77.0.1', {}),
    nic('enp4s0', '192.168.50.7', { hasDefaultRoute: true }),
    nic('enp3s0.120', '10.120.0.1', {
      kind: 'virtual' as const,
      vlan: { parent: 'enp3s0', vlanId: 120, ours: true },
    }),
    nic('wlp2s0', '', { kind: 'wireless' as const, carrier: false }),
  ],
  browse: async () => ({
    path: '/home/technician/images',
    parent: '/home/technician',
    entries: [
      { name: 'archive', path: '/home/technician/images/archive', isFolder: true, sizeBytes: 0 },
      {
        name: 'debian-12-generic-amd64.qcow2',
        path: '/home/technician/images/debian-12-generic-amd64.qcow2',
        isFolder: false,
        sizeBytes: 412_000_000,
      },
    ],
  }),
};

function nic(name: string, address: string, change: object) {
  return {
    name,
    mac: '00:1b:21:aa:bb:01',
    addresses: address === '' ? [] : [{ address, prefixLength: 24 }],
    up: true,
    carrier: true,
    kind: 'ethernet' as const,
    vlan: null,
    hasDefaultRoute: false,
    ...change,
  };
}
