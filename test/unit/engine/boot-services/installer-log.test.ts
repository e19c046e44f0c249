import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { installStepName } from '#engine/provision/deploy/linux-installer/install-step-name.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import {
  aDeployment,
  aNode,
  anImage,
  anInstaller,
  aPort,
  aStep,
  deploymentId,
  mac,
  networkId,
} from '#test/fakes/rows.ts';
import { aWire, openWiredServices, type WiredServices } from './wired-services.ts';

const medium = anInstaller({ kernel: 'vmlinuz', initrd: 'initrd.gz' });
const phase = { name: 'loading', percent: 0, changedAt: 1, trouble: null, lines: [] };
const disks = "main-menu[321]: INFO: Menu item 'partman-base' selected";

let rig: WiredServices;
beforeEach(async () => {
  rig = openWiredServices(
    aWire({ cidr: '127.0.0.0/30', poolStart: '127.0.0.2' as Ipv4, poolEnd: '127.0.0.2' as Ipv4 }),
  );
  await rig.start();
  const { store } = rig;
  store.nodes.save(aNode({ bootTarget: 'installer', deploymentId }));
  store.ports.save(aPort());
  store.images.save({ ...anImage({ kind: 'installer', installer: medium }), sourcePath: '/x' });
  const steps = [{ ...aStep(installStepName), phase }];
  store.deployments.create(aDeployment({ kind: 'linux-installer', steps }), aRequest());
});
afterEach(() => rig.close());

const percent = () => rig.store.deployments.find(deploymentId)?.steps[0]?.phase?.percent;

async function says(line: string, from: string): Promise<void> {
  rig.store.leases.save({
    networkId,
    address: from as Ipv4,
    mac,
    hostName: '',
    expiresAtMs: rig.clock.now() + 900_000,
  });
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  const { syslog } = rig.services.wire(networkId)?.ports ?? {};
  await new Promise(resolve => socket.send(`<30>Nov 26 03:00:00 ${line}`, syslog, '127.0.0.1', resolve));
  socket.close();
}

it('a line of an installer is taken on the wire to which its address belongs, and on no other', async () => {
  await says("main-menu[321]: INFO: Menu item 'grub-installer' selected", '127.0.0.9');
  await says(disks, '127.0.0.2');
  await vi.waitFor(() => expect(percent()).toBeGreaterThan(0));
  expect(percent()).toBeLessThan(50);
});

it('a store that cannot write loses a line and not the engine', async () => {
  const { saveStep } = rig.store.deployments;
  const failed = vi.fn(() => {
    throw new Error('database or disk is full');
  });
  rig.store.deployments.saveStep = failed;
  await says(disks, '127.0.0.2');
  await vi.waitFor(() => expect(failed).toHaveBeenCalled());
  rig.store.deployments.saveStep = saveStep;
  await says("main-menu[321]: INFO: Menu item 'grub-installer' selected", '127.0.0.2');
  await vi.waitFor(() => expect(percent()).toBeGreaterThan(50));
});
