import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';

/**
 * `node engine-that-dies.ts DATA (EVENT STEP | finish)`: an engine on DATA that kills itself with SIGKILL when EVENT
 * of STEP comes, or ends with 0 when no deployment runs any more. A first start makes a server and deploys it.
 */
const [dataDir = '', killEvent = '', killStep = ''] = process.argv.slice(2);
const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
const { client } = connectInProcess(engine, silentLogger);

client.timeline.events(
  {},
  {
    onSnapshot: () => undefined,
    onPatch(event) {
      if (event.message === killEvent && event.details['step'] === killStep)
        process.kill(process.pid, 'SIGKILL');
    },
  },
);

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20));
}

if ((await client.nodes.list({})).length === 0) {
  await client.virtualRack.start({ nodes: 1 });
  await until(async () => (await client.nodes.list({})).every(node => node.provisionState === 'available'));
  await until(async () => (await client.images.list({})).every(image => image.state === 'ready'));
  const [node] = await client.nodes.list({});
  const [image] = await client.images.list({});
  if (node === undefined || image === undefined) throw new Error('the virtual rack is empty');
  const disk = { by: 'hints' as const, hints: { name: 'sda' } };
  await client.deployments.create({
    nodeId: node.id,
    imageId: image.id,
    disk,
    hostName: 'web-01',
    rootPassword: 'hunter2',
  });
}
await until(async () => (await client.deployments.list({})).every(({ state }) => state !== 'running'));
await engine.close();
process.exit(0);
