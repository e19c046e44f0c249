import type { Deployment, FilteredDisk, RacksideHandlers, WorldSnapshot } from '#shared/contract/index.ts';
import type { PortgroupId } from '#shared/model/ids.ts';
import { aDeployment, aPortgroup, aStep } from '#test/fakes/rows.ts';
import { deploymentOf, nodeIdOf, rockyId, uuid } from '#test/fakes/scripted-engine/ids.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { bootDisk, dataDisk } from '#test/fakes/scripted-engine/servers.ts';

/** The same engine with other answers about servers. */
export function withNodeAnswers(
  engine: ScriptedEngine,
  answers: Partial<RacksideHandlers['nodes']>,
): ScriptedEngine {
  return { ...engine, handlers: { ...engine.handlers, nodes: { ...engine.handlers.nodes, ...answers } } };
}

export const leftAlone: FilteredDisk = { disk: dataDisk, reason: 'iscsi', rule: null };

export const erasable = { disks: [bootDisk], filtered: [leftAlone], warnings: [], blockers: [] };

/** Nobody equals what is asked for; two are near. */
export const nearMisses: RacksideHandlers['nodes']['match'] = async () => ({
  matches: [],
  nearest: [
    { nodeId: nodeIdOf(1), differences: [{ what: 'memory', wanted: '256 GiB', has: '384 GiB' }] },
    {
      nodeId: nodeIdOf(7),
      differences: [
        { what: 'vcpus', wanted: '80', has: null },
        { what: 'memory', wanted: '256 GiB', has: null },
      ],
    },
  ],
});

/** r4u01 with a bond, and virtual-01 with an installer that has fallen silent. */
export function withBondAndInstaller(snapshot: WorldSnapshot, now: number): WorldSnapshot {
  const installing = silentInstaller(now);
  return {
    ...snapshot,
    portgroups: [
      aPortgroup({
        id: uuid('9', 1) as PortgroupId,
        nodeId: nodeIdOf(1),
        mode: '802.3ad',
        properties: { miimon: '100', lacp_rate: 'fast' },
      }),
    ],
    deployments: [...snapshot.deployments, installing],
    nodes: snapshot.nodes.map(node =>
      node.id === installing.nodeId
        ? { ...node, provisionState: 'deploying', powerState: 'power on', deploymentId: installing.id }
        : node,
    ),
  };
}

function silentInstaller(now: number): Deployment {
  const minutesAgo = (minutes: number) => now - minutes * 60_000;
  const done = (name: string, from: number, to: number) =>
    aStep(name, { state: 'done', startedAt: minutesAgo(from), finishedAt: minutesAgo(to) });
  return aDeployment({
    id: deploymentOf(8),
    nodeId: nodeIdOf(8),
    nodeName: 'virtual-01',
    kind: 'linux-installer',
    imageId: rockyId,
    imageName: 'Rocky-9.4-x86_64-dvd.iso',
    disk: bootDisk,
    createdAt: minutesAgo(40),
    steps: [
      done('prepare', 40, 40),
      done('choose-disk', 40, 40),
      done('match-networks', 40, 40),
      done('power-on', 40, 39),
      done('wait-installer', 39, 34),
      aStep('install', {
        state: 'running',
        startedAt: minutesAgo(34),
        phase: {
          name: 'packages',
          percent: 62,
          changedAt: minutesAgo(31),
          trouble: 'stalled',
          lines: [
            'Installing 412/890 kernel-core-5.14.0-427.13.1.el9_4.x86_64',
            'Installing 413/890 kernel-modules-5.14.0-427.13.1.el9_4.x86_64',
          ],
        },
      }),
      aStep('switch-networks'),
    ],
  });
}
