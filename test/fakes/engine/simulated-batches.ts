import type { z } from 'zod';
import { type Batches, createBatches } from '#engine/provision/batch/batches.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { type Batch, type Deployment, type DeployRequest, deployRequest } from '#shared/contract/index.ts';
import type { BatchId, NodeId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort, imageId } from '#test/fakes/rows.ts';
import { openDeployments } from './simulated-deployments.ts';

export type SimulatedBatches = ReturnType<typeof openBatches>;

/** Server 1 is the one of `openDeployments`. */
export const serverId = (number: number) => `11111111-1111-4111-8111-11111111111${number}` as NodeId;

/** Confirmed by a person who saw no disks, because nobody knows them. */
export function requestFor(
  number: number,
  change: Partial<z.input<typeof deployRequest>> = {},
): DeployRequest {
  const hostName = `web-0${number}`;
  return deployRequest.parse({
    nodeId: serverId(number),
    imageId,
    disk: { by: 'hints', hints: { name: '<in> sd' } },
    hostName,
    confirmed: { hostName, disks: [] },
    ...change,
  });
}

/** Batches over the real deployer. Its deployments wait for their ramdisks until the test ends them. */
export function openBatches(servers: number) {
  const rig = openDeployments();
  const { store } = rig;
  for (let number = 2; number <= servers; number += 1) {
    const mac = `52:54:00:aa:00:0${number}` as Mac;
    store.nodes.save(aNode({ id: serverId(number), name: `r1u0${number}` }));
    store.ports.save(
      aPort({ id: serverId(number) as string as PortId, nodeId: serverId(number), address: mac }),
    );
  }
  const open = (): Batches =>
    createBatches({ services: rig.services(), deployer: rig.deployer, asCoded: asCodedError });
  let batches = open();

  function batch(id?: BatchId): Batch {
    const found = id === undefined ? store.batches.list().at(-1) : store.batches.find(id);
    if (found === undefined) throw new Error('there is no batch');
    return found;
  }
  const states = (id?: BatchId) => batch(id).servers.map(({ state }) => state);
  const deploymentOf = (number: number): Deployment => {
    const found = store.deployments.ofNode(serverId(number)).at(-1);
    if (found === undefined) throw new Error('it has no deployment');
    return found;
  };

  return {
    ...rig,
    get batches() {
      return batches;
    },
    get deployer() {
      return rig.deployer;
    },
    batch,
    states,
    deploymentOf,
    create: (concurrency: number, ...requests: DeployRequest[]) =>
      batches.create({ name: 'wave', concurrency, servers: requests }),
    /** Waits until the servers, in their order, are in these states. */
    reach: (...wanted: readonly string[]) => rig.until(() => states().join(' ') === wanted.join(' ')),
    /** Whatever would happen by itself has happened. */
    async idle(): Promise<void> {
      for (let turn = 0; turn < 50; turn += 1) await new Promise(resolve => setImmediate(resolve));
    },
    /** As at the end of its last step. */
    succeed(number: number): void {
      const deployment = deploymentOf(number);
      store.nodes.save({ ...aNode(), ...store.nodes.find(serverId(number)), provisionState: 'active' });
      store.deployments.save({ ...deployment, state: 'succeeded', finishedAt: rig.clock.now() });
    },
    messages: () => store.timeline.list({}, 0, 1000).map(({ message }) => message),
    /** The engine dies without a word; what is stored is all that is left. */
    die: () => batches.stopAll(),
    /** And is started again. */
    startAgain(): void {
      batches.stopAll();
      rig.restart().resumeAll();
      batches = open();
      batches.resumeAll();
    },
    close(): void {
      batches.stopAll();
      rig.close();
    },
  };
}
