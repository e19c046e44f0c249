import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBootServices } from '#engine/boot-services/boot-services.ts';
import { createServiceBoard } from '#engine/boot-services/service-board.ts';
import { simulatedWireSockets } from '#engine/boot-services/wire-sockets.ts';
import { machineAt } from '#engine/inventory/machine-at.ts';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import { takeHello } from '#engine/provision/hello.ts';
import { createInstallerDesk } from '#engine/provision/installer-desk.ts';
import { openStore } from '#engine/store/store.ts';
import { silentLogger } from '#engine/system/log.ts';
import { bytesOf, send } from '#engine/virtual-rack/http-client.ts';
import { serviceNames } from '#shared/contract/index.ts';
import type { ImageId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNetwork, aNode, aPort, imageId, networkId } from '#test/fakes/rows.ts';

/** Two enrolled machines with a lease each, and an address that nobody has. */
export const first = {
  nodeId: 'aaaaaaaa-1111-4111-8111-111111111111' as NodeId,
  mac: '52:54:00:aa:00:01' as Mac,
  address: '127.79.1.1' as Ipv4,
};
export const second = {
  nodeId: 'bbbbbbbb-1111-4111-8111-111111111111' as NodeId,
  mac: '52:54:00:aa:00:02' as Mac,
  address: '127.79.1.2' as Ipv4,
};
export const strangerAddress = '127.79.9.9';

/** A little of what the ramdisk reports: enough to be taken. */
export const inventory = {
  schema: 1,
  firmware: { mode: 'bios', secureBoot: null },
  system: { manufacturer: 'QEMU', product: '', serial: '', uuid: '' },
  cpu: null,
  memory: null,
  disks: [],
  nics: [],
  bmc: null,
};

export type SimulatedWire = Awaited<ReturnType<typeof openSimulatedWire>>;

/** The real boot services on loopback, over a store in memory. Its clock stands still. */
export async function openSimulatedWire() {
  const folder = mkdtempSync(join(tmpdir(), 'rk-wire-'));
  const clock = manualClock();
  const store = openStore(':memory:', new Uint8Array(32), clock.now);
  const board = createServiceBoard(serviceNames, store, clock.now);
  const put = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  put('boot/undionly.kpxe', 'bios program');
  put('boot/snponly.efi', 'uefi program');
  put('ramdisk/vmlinuz', 'kernel');
  put('ramdisk/ramdisk.img', 'ramdisk');
  put('images/image', 'image bytes');
  put('secret', 'not for the wire');
  store.networks.save(
    aNetwork({
      cidr: '127.79.0.0/16',
      dhcpMode: 'full',
      interfaceName: 'lo',
      poolStart: '127.79.1.1' as Ipv4,
      poolEnd: '127.79.1.9' as Ipv4,
    }),
  );
  for (const { nodeId, mac, address } of [first, second]) {
    store.nodes.save(aNode({ id: nodeId, name: `node-${mac.slice(-2)}`, bootTarget: 'ramdisk' }));
    store.ports.save(aPort({ id: crypto.randomUUID() as never, nodeId, address: mac }));
    store.leases.save({ networkId, address, mac, expiresAtMs: clock.now() + 600_000, hostName: '' });
  }

  let runningPurpose = '';
  const agent = createAgentService({
    sessions: store.agentSessions,
    agentKey: new Uint8Array(32).fill(5),
    clock,
    holdMs: 0,
    addressBelongsTo: (nodeId, address) => machineAt(store, address)?.nodeId === nodeId,
    nodeName: id => store.nodes.find(id)?.name ?? '',
    onHello: (id, _purpose, body) => takeHello(store, clock, id, body),
    isRunning: purpose => purpose === runningPurpose,
    onRefused: (nodeId, address, why) =>
      store.timeline.append({ kind: 'warning', nodeId, message: 'agent.refused', details: { address, why } }),
  });
  let imageIsReady = true;
  const services = createBootServices({
    store,
    log: silentLogger,
    now: clock.now,
    board,
    sockets: simulatedWireSockets,
    listInterfaces: async () => [],
    agent,
    assets: { bootDir: '/nonexistent', ramdiskDir: '/nonexistent' },
    simulatedAssets: { bootDir: join(folder, 'boot'), ramdiskDir: join(folder, 'ramdisk') },
    imageFile: (id: ImageId) => (imageIsReady && id === imageId ? join(folder, 'images/image') : undefined),
    configDrive: async id => Buffer.from(`drive of ${id}`),
    desk: createInstallerDesk({
      store,
      clock,
      files: () => ({
        boot: { kernelUrl: '', initrdUrl: '', commandLine: '' },
        answers: new Map([['preseed.cfg', { contentType: 'text/plain', text: 'd-i x' }]]),
      }),
    }),
    mediumFile: async (_id, path) => (path === 'vmlinuz' ? fileFromBytes(Buffer.from('kernel')) : undefined),
  });
  await services.apply();
  const ports = services.wire(networkId)?.ports;
  const baseUrl = `http://127.79.0.1:${ports?.http ?? 0}`;

  const request = async (
    from: string,
    path: string,
    options: { method?: 'GET' | 'POST' | 'PUT'; headers?: Record<string, string>; body?: string } = {},
  ): Promise<{ status: number; text: string }> => {
    const response = await send(`${baseUrl}${path}`, {
      localAddress: from,
      signal: AbortSignal.timeout(10_000),
      ...options,
    });
    return { status: response.statusCode ?? 0, text: (await bytesOf(response)).toString('utf8') };
  };
  const hello = (from: string, token: string, bootId = 'B'.repeat(43), body: unknown = inventory) =>
    request(from, '/agent/v1/hello', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'x-rackside-boot': bootId },
      body: JSON.stringify(body),
    });
  return {
    store,
    clock,
    board,
    agent,
    services,
    baseUrl,
    ports,
    folder,
    request,
    hello,
    setImageReady(ready: boolean): void {
      imageIsReady = ready;
    },
    setRunning(purpose: string): void {
      runningPurpose = purpose;
    },
    async close(): Promise<void> {
      await services.closeAll();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The session in the answer to a hello. */
export function sessionIn(answer: { readonly text: string }): string {
  return /^session (\S+)$/m.exec(answer.text)?.[1] ?? '';
}
