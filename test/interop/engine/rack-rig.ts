import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { Deployment, Image, Node, TimelineEvent } from '#shared/contract/index.ts';
import { deployConfirmed } from '#test/fakes/engine/confirmed-deployment.ts';

/** The answer of `ask` as soon as it is what `wanted` says; the test's own time limit ends the wait. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** A real engine in this process, with a virtual rack of so many servers. */
export async function openRack(nodes = 1) {
  const dataDir = mkdtempSync(join(tmpdir(), 'rk-rack-'));
  const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
  const connection = connectInProcess(engine, silentLogger);
  const { client } = connection;
  const events: TimelineEvent[] = [];
  client.timeline.events({}, { onSnapshot: () => undefined, onPatch: event => events.push(event) });
  await client.virtualRack.start({ nodes });

  async function theNode(wanted: (node: Node) => boolean = () => true): Promise<Node> {
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

  return {
    dataDir,
    client,
    events,
    theNode,
    theImage,
    available: () => theNode(({ provisionState }) => provisionState === 'available'),
    async deploy(): Promise<Deployment> {
      const node = await theNode(({ provisionState }) => provisionState === 'available');
      const image = await theImage();
      return deployConfirmed(client, {
        nodeId: node.id,
        imageId: image.id,
        disk: { by: 'hints', hints: { name: 'sda' } },
        hostName: 'web-01',
      });
    },
    over: ({ id }: Deployment): Promise<Deployment> =>
      until(
        () => client.deployments.get({ id }),
        ({ state }) => state !== 'running',
      ),
    async close(): Promise<void> {
      connection.close();
      await engine.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
