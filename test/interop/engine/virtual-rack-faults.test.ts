import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { RpcConnection } from '#shared/contract/client.ts';
import type { Deployment, Image, Node, RacksideContract, TimelineEvent } from '#shared/contract/index.ts';
import type { Mac } from '#shared/model/mac.ts';

let dataDir: string;
let engine: Awaited<ReturnType<typeof createEngine>>;
let connection: RpcConnection<RacksideContract>;
let client: RpcConnection<RacksideContract>['client'];
let events: TimelineEvent[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rk-faults-'));
  engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
  connection = connectInProcess(engine, silentLogger);
  client = connection.client;
  events = [];
  client.timeline.events({}, { onSnapshot: () => undefined, onPatch: event => events.push(event) });
  await client.virtualRack.start({ nodes: 1 });
});
afterEach(async () => {
  connection.close();
  await engine.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The answer of `ask` as soon as it is what `wanted` says; the test's own time limit ends the wait. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function theNode(wanted: (node: Node) => boolean): Promise<Node> {
  const [node] = await until(
    () => client.nodes.list({}),
    nodes => nodes.every(wanted),
  );
  if (node === undefined) throw new Error('the rack is empty');
  return node;
}

async function theImage(): Promise<Image> {
  const [image] = await until(
    () => client.images.list({}),
    images => images.every(({ state }) => state !== 'importing'),
  );
  if (image === undefined) throw new Error('there is no image');
  return image;
}

async function deploy(): Promise<Deployment> {
  const node = await theNode(({ provisionState }) => provisionState === 'available');
  const image = await theImage();
  return client.deployments.create({
    nodeId: node.id,
    imageId: image.id,
    disk: { by: 'hints', hints: { name: 'sda' } },
    hostName: 'web-01',
  });
}

const over = ({ id }: Deployment) =>
  until(
    () => client.deployments.get({ id }),
    ({ state }) => state !== 'running',
  );

describe('a simulated server', () => {
  it('that loses its power while the image is written is deployed all the same', async () => {
    const node = await theNode(({ provisionState }) => provisionState === 'available');
    await client.virtualRack.setFault({ nodeId: node.id, fault: 'power-loss' });
    expect(await over(await deploy())).toMatchObject({ state: 'succeeded', error: null });
    expect(await theNode(() => true)).toMatchObject({ provisionState: 'active', bootTarget: 'disk' });
    const ramdisks = events.filter(({ message }) => message === 'boot.ramdisk_given');
    expect(ramdisks.length).toBeGreaterThanOrEqual(2);
  });

  it('whose disk fails says so by the code of its agent, and is deployed after the disk was replaced', async () => {
    const node = await theNode(({ provisionState }) => provisionState === 'available');
    await client.virtualRack.setFault({ nodeId: node.id, fault: 'disk-fails' });
    const deployment = await over(await deploy());
    expect(deployment).toMatchObject({
      state: 'failed',
      error: {
        code: 'deploy.step_failed',
        details: { step: 'write-image', code: 'write-failed', message: 'Input/output error' },
      },
    });
    expect(await theNode(() => true)).toMatchObject({
      provisionState: 'deploy failed',
      lastError: { code: 'deploy.step_failed' },
    });

    await client.virtualRack.setFault({ nodeId: node.id, fault: 'none' });
    await client.deployments.retry({ id: deployment.id });
    expect(await over(deployment)).toMatchObject({ state: 'succeeded', error: null });
    expect(await theNode(() => true)).toMatchObject({ provisionState: 'active', lastError: null });
  });

  it('with a silent BMC is not enrolled, and says why', async () => {
    const node = await theNode(({ provisionState }) => provisionState === 'available');
    await client.virtualRack.setFault({ nodeId: node.id, fault: 'bmc-silent' });
    const { address = '', port = 0 } = node.bmc ?? {};
    await client.nodes.remove({ id: node.id });
    const again = await client.nodes.enroll({
      name: 'again',
      bmc: { address, port, username: 'admin', password: 'whatever' },
      macs: ['52:54:00:cc:00:01' as Mac],
    });
    const failed = await until(
      () => client.nodes.get({ id: again.id }),
      ({ lastError }) => lastError !== null,
    );
    expect(failed).toMatchObject({ provisionState: 'enroll', lastError: { code: 'bmc.unreachable' } });
  });
});
