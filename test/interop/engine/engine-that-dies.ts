import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';
import { createConfirmedBatch, deployConfirmed } from '#test/fakes/engine/confirmed-deployment.ts';
import { dieAtWrite } from './die-at-write.ts';

/**
 * `node engine-that-dies.ts DATA [HOW WHAT]`: an engine on DATA that kills itself with SIGKILL, or ends with 0 when no
 * deployment runs and no batch has a turn to give any more. Without HOW it goes on with what it finds. HOW and WHAT:
 * - `prepare N`: makes N servers and an image, nothing more; all others deploy them
 * - `step NAME`: when that step begins
 * - `write TABLE=VALUE`: right after the first commit with that value in a row of that table (no value: any row)
 * - `commit N`: right after the N-th commit since the deployment was asked for
 * - `retry N`: the same since a retry of the deployment, which failed before
 * - `cancel N`: the same since its cancel
 * - `batch TABLE=VALUE`: as `write`, with two servers in a batch, one at a time
 */
const [dataDir = '', how = '', what = ''] = process.argv.slice(2);
const [table = '', value = ''] = what.split('=');
const death = dieAtWrite(
  (sql, values) =>
    (how === 'write' || how === 'batch') &&
    sql.includes(`INTO ${table} `) &&
    (value === '' || values.includes(value)),
);
const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
const { client } = connectInProcess(engine, silentLogger);
const stepsSeen = new Set<unknown>();

client.timeline.events(
  {},
  {
    onSnapshot: () => undefined,
    onPatch(event) {
      if (event.message !== 'step.started') return;
      stepsSeen.add(event.details['step']);
      if (how === 'step' && event.details['step'] === what) process.kill(process.pid, 'SIGKILL');
    },
  },
);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20));
}
const isOver = async () =>
  (await client.deployments.list({})).every(({ state }) => state !== 'running') &&
  (await client.batches.list({})).every(({ state }) => state === 'ended');

async function prepare(nodes: number): Promise<void> {
  await client.virtualRack.start({ nodes });
  await until(async () => (await client.nodes.list({})).every(node => node.provisionState === 'available'));
  await until(async () => (await client.images.list({})).every(image => image.state === 'ready'));
}

async function deploy(): Promise<void> {
  const nodes = await client.nodes.list({});
  const [node] = nodes;
  const [image] = await client.images.list({});
  if (node === undefined || image === undefined) throw new Error('the virtual rack is empty');
  const disk = { by: 'hints' as const, hints: { name: 'sda' } };
  if (how === 'batch') {
    const servers = nodes.map(({ id, name }) => ({ nodeId: id, imageId: image.id, disk, hostName: name }));
    await createConfirmedBatch(client, { name: 'wave', concurrency: 1, servers });
    return;
  }
  if (how === 'retry') await client.virtualRack.setFault({ nodeId: node.id, fault: 'disk-fails' });
  if (how === 'commit') death.begin(Number(what));
  const { id } = await deployConfirmed(client, {
    nodeId: node.id,
    imageId: image.id,
    disk,
    hostName: 'web-01',
    rootPassword: 'hunter2',
  });
  if (how === 'retry') {
    await until(isOver);
    await client.virtualRack.setFault({ nodeId: node.id, fault: 'none' });
    death.begin(Number(what));
    await client.deployments.retry({ id });
  }
  if (how === 'cancel') {
    await until(() => stepsSeen.has('wait-call-back'));
    death.begin(Number(what));
    await client.deployments.cancel({ id });
  }
}

if (how === 'prepare') await prepare(Number(what));
else if (how !== '') await deploy();
await until(isOver);
await engine.close();
process.exit(0);
