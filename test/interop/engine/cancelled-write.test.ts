import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { RpcConnection } from '#shared/contract/client.ts';
import type { Port, RacksideContract, TimelineEvent } from '#shared/contract/index.ts';
import { deployConfirmed } from '#test/fakes/engine/confirmed-deployment.ts';
import { type MadeUpMachine, makeMachine } from '../ramdisk/made-up-machine.ts';
import { bootRealAgent } from './real-agent.ts';

const mebibyte = 2 ** 20;
const image = randomBytes(24 * mebibyte);
const oldByte = 0xaa;

let folder: string;
let machine: MadeUpMachine;
let engine: Awaited<ReturnType<typeof createEngine>>;
let connection: RpcConnection<RacksideContract>;
let agent: Awaited<ReturnType<typeof bootRealAgent>> | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-cancel-'));
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: image.length, serial: 'OLD-DATA' }] });
  writeFileSync(machine.diskFile('sda'), Buffer.alloc(image.length, oldByte));
  writeFileSync(join(folder, 'system.raw'), image);
  engine = await createEngine({ dataDir: folder, sealKey: keyFromFile(folder), log: silentLogger });
  connection = connectInProcess(engine, silentLogger);
});
afterEach(async () => {
  agent?.stop();
  connection.close();
  await engine.close();
  machine.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The test's own time limit ends the wait. */
async function until<T>(ask: () => T | Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

it('a cancel stops the agent in the middle of the write, and a retry goes on with the same ramdisk', async () => {
  const { client } = connection;
  const events: TimelineEvent[] = [];
  client.timeline.events({}, { onSnapshot: () => undefined, onPatch: event => events.push(event) });
  const ports: Port[] = [];
  client.world.changes(
    {},
    {
      onSnapshot: () => undefined,
      onPatch: patch => {
        if (patch.op === 'put' && patch.table === 'ports') ports.push(patch.row);
      },
    },
  );
  await client.virtualRack.start({ nodes: 1 });
  const [node] = await until(
    () => client.nodes.list({}),
    nodes => nodes.every(({ provisionState }) => provisionState === 'available'),
  );
  const [port] = await until(
    () => ports,
    found => found.length > 0,
  );
  if (node === undefined || port === undefined) throw new Error('the rack is empty');
  // The simulated machine stays out of it: its BMC, MAC and wire are used by the real agent.
  await client.virtualRack.setFault({ nodeId: node.id, fault: 'disk-first' });
  const { id: imageId } = await client.images.import({ path: join(folder, 'system.raw'), name: 'system' });
  await until(
    () => client.images.list({}),
    images => images.every(({ state }) => state !== 'importing'),
  );

  const { id } = await deployConfirmed(client, {
    nodeId: node.id,
    imageId,
    disk: { by: 'hints', hints: { serial: 'OLD-DATA' } },
    hostName: 'web-01',
  });
  const stateOf = async () => (await client.deployments.get({ id })).state;
  const writing = async () =>
    (await client.deployments.get({ id })).steps.find(({ name }) => name === 'write-image')?.progress
      ?.doneBytes ?? 0;
  await until(
    () => events,
    all =>
      all.some(({ message, details }) => message === 'step.started' && details['step'] === 'wait-call-back'),
  );
  agent = await bootRealAgent(client, port.address, machine, '4M');
  const { console: said } = agent;
  await until(writing, bytes => bytes > 4 * mebibyte);
  await client.deployments.cancel({ id });
  expect(await until(stateOf, state => state !== 'running')).toBe('cancelled');
  await until(said, text => /does not take the result of write-image|refused/.test(text));
  const disk = () => readFileSync(machine.diskFile('sda'));
  expect(
    disk()
      .subarray(-8 * mebibyte)
      .every(byte => byte === oldByte),
    said(),
  ).toBe(true);

  await client.deployments.retry({ id });
  expect(await until(stateOf, state => state !== 'running'), said()).toBe('succeeded');
  expect(createHash('sha256').update(disk()).digest('hex')).toBe(
    createHash('sha256').update(image).digest('hex'),
  );
  expect(events.filter(({ message }) => message === 'boot.ramdisk_given')).toHaveLength(1);
}, 120_000);
