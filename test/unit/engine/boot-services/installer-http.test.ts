import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installStepName } from '#engine/provision/deploy/linux-installer/install-step-name.ts';
import { first, openSimulatedWire, type SimulatedWire, second } from '#test/fakes/engine/simulated-wire.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, anImage, aStep, deploymentId, imageId, networkId } from '#test/fakes/rows.ts';

const phase = { name: 'loading', percent: 0, changedAt: 1, trouble: null, lines: [] };
const other = '99999999-9999-4999-8999-999999999999';
const answers = `/install/${deploymentId}/preseed.cfg`;
const kernel = `/media/${imageId}/vmlinuz`;
const hook = `/install/${deploymentId}/progress/started`;

let wire: SimulatedWire;
/** The first machine is being installed, and was given its installer. */
beforeEach(async () => {
  wire = await openSimulatedWire();
  const { store } = wire;
  store.images.save({ ...anImage({ kind: 'installer' }), sourcePath: '/x' });
  const steps = [{ ...aStep(installStepName), phase }];
  const about = { nodeId: first.nodeId, kind: 'linux-installer' as const, steps };
  store.deployments.create(aDeployment(about), { ...aRequest(), nodeId: first.nodeId });
});
afterEach(() => wire.close());

const percent = () => wire.store.deployments.find(deploymentId)?.steps[0]?.phase?.percent;
const status = async (from: string, path: string, options: Parameters<SimulatedWire['request']>[2] = {}) =>
  (await wire.request(from, path, options)).status;

it('the machine that is installed has its answers and the files of its ISO, and is heard', async () => {
  expect(await wire.request(first.address, kernel)).toMatchObject({ status: 200, text: 'kernel' });
  expect(await wire.request(first.address, answers)).toMatchObject({ status: 200, text: 'd-i x' });
  expect(percent()).toBe(2);
  expect(await status(first.address, hook)).toBe(204);
  expect(percent()).toBe(3);
});

describe.each([
  ['of another machine', second.address],
  ['that nobody has', '127.79.9.9'],
])('an address %s', (_whose, from) => {
  it.each([answers, kernel, hook])('has nothing and is not heard: %s', async path => {
    expect(await status(from, path)).toBe(404);
    expect(percent()).toBe(0);
  });
});

it.each([
  `/install/${other}/preseed.cfg`,
  `/install/${other}/progress/finished`,
  `/media/${other}/vmlinuz`,
  `/media/${imageId}/nowhere`,
  `/install/${deploymentId}/other.cfg`,
])('nothing of anything else is given to it: %s', async path => {
  expect(await status(first.address, path)).toBe(404);
  expect(percent()).toBe(0);
});

it('its address counts for nothing any more when another machine has it now', async () => {
  wire.store.leases.save({
    networkId,
    address: first.address,
    mac: second.mac,
    hostName: '',
    expiresAtMs: wire.clock.now() + 900_000,
  });
  for (const path of [answers, kernel, hook]) expect(await status(first.address, path)).toBe(404);
});

it('a file is only read, and a word is short', async () => {
  expect(await status(first.address, answers, { method: 'POST', body: 'x' })).toBe(405);
  expect(await status(first.address, hook, { method: 'POST', body: 'x'.repeat(64 * 1024 + 1) })).toBe(413);
  expect(percent()).toBe(0);
});

it('after its end all of that is gone', async () => {
  wire.store.deployments.save(
    aDeployment({ nodeId: first.nodeId, kind: 'linux-installer', state: 'failed' }),
  );
  for (const path of [answers, kernel, hook]) expect(await status(first.address, path)).toBe(404);
});
