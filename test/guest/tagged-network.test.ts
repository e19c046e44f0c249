/**
 * DHCP, TFTP and HTTP of a network on a VLAN interface that the engine made. Peers: Linux 6.1 with 8021q in QEMU on an
 * emulated Intel NIC, udhcpc, dhclient, busybox' tftp and wget; what was on the wire is QEMU's own capture.
 */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import { runMachine } from '#test/interop/ramdisk/virtual-machine.ts';
import { extendRamdisk } from './guest-files.ts';
import { makeNodeSystem } from './node-system.ts';
import type { TaggedReport } from './tagged-network-process.ts';

const ourMac = '52:54:00:aa:00:11';
const theirMac = '52:54:00:aa:00:12';
const bootLimitMs = 280_000;
/** The ramdisk may have to be built first. */
const patienceMs = 600_000;
const payload = randomBytes(200_000);
const digest = createHash('sha256').update(payload).digest('hex');

let folder: string;
let capture: string;
let disk: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-tagged-'));
  capture = join(folder, 'wire.pcap');
  const { into } = await buildRamdisk({ profile: 'vm', report: line => console.log(line) });
  extendRamdisk(into, folder, 'tagged', [
    'mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev',
    'modprobe -a e1000 8021q af_packet virtio_pci virtio_blk ext4',
    'mkdir /disk; mount -t ext4 -o ro /dev/vda /disk',
    'for each in run tmp; do mount -t tmpfs $each /disk/$each; done',
    'for each in proc sys dev; do mount -o bind /$each /disk/$each; done',
    `RACKSIDE_ASSETS=/app/assets chroot /disk /bin/node /app/main.mjs ${ourMac} ${theirMac}`,
  ]);
  disk = await makeNodeSystem({
    folder,
    main: join(import.meta.dirname, 'tagged-network-process.ts'),
    bootFiles: { payload },
  });
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How many frames on the wire fit a filter of pcap-filter(7). */
function framesOf(filter: string): number {
  const lines = execFileSync('tcpdump', ['-n', '-r', capture, filter], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return lines.split('\n').filter(line => line !== '').length;
}

/** Each client asked in its own way, and all that we said to anybody had the tag. */
function expectOnWire(): void {
  const asked = `ether src ${theirMac} and `;
  for (const tag of ['vlan 100 and ', 'vlan 101 and ', ''])
    expect(framesOf(`${asked}${tag}udp dst port 67`), tag).toBeGreaterThan(0);
  const ours = `ether src ${ourMac} and `;
  for (const service of ['udp src port 67', 'tcp src port 8088'])
    expect(framesOf(`${ours}vlan 100 and ${service}`), service).toBeGreaterThan(0);
  // All blocks but the last: Ethernet, tag, IP, UDP and TFTP with 1468 bytes.
  const blocks = framesOf(`${ours}vlan 100 and udp and greater 1518`);
  expect(blocks).toBeGreaterThanOrEqual(Math.floor(payload.length / 1468));
  expect(framesOf(`${ours}ip`), 'without a tag').toBe(0);
  expect(framesOf(`${ours}vlan`), 'with any tag').toBe(framesOf(`${ours}vlan 100`));
}

test(
  'a server behind VLAN 100 gets its address, file and page from the interface that we made, and nobody else does',
  async () => {
    const serial = await runMachine({
      ramdiskFolder: folder,
      kernelWords: 'rdinit=/tagged/init',
      folder,
      uefi: false,
      disks: { root: disk },
      devices: [
        'virtio-blk-pci,drive=root',
        `e1000,netdev=ours,mac=${ourMac},romfile=`,
        `e1000,netdev=theirs,mac=${theirMac},romfile=`,
      ],
      moreOptions: [
        // Time passes with the machine's own instructions: a busy computer makes no client impatient.
        '-icount',
        'shift=2',
        '-netdev',
        'hubport,id=ours,hubid=0',
        '-netdev',
        'hubport,id=theirs,hubid=0',
        '-object',
        `filter-dump,id=capture,netdev=ours,file=${capture}`,
      ],
      timeoutMs: bootLimitMs,
    });
    const line = serial.split(/\r?\n/).find(each => each.startsWith('{'));
    expect(line, serial).toBeDefined();
    const report = JSON.parse(line ?? '') as TaggedReport;
    expect(report.made).toMatchObject({
      addresses: [{ address: '10.80.0.1', prefixLength: 24 }],
      vlan: { vlanId: 100, ours: true },
    });
    expect(report.kernelSays).toMatch(/VID: 100\b/);
    expect(report.services).toContainEqual({
      name: 'dhcp',
      state: 'on',
      detail: expect.stringContaining(report.made.name),
    });
    const leased = expect.stringMatching(/^10\.80\.0\.\d+$/);
    expect(report.sameTag).toEqual({ lease: leased, tftp: digest, http: digest, dhclient: leased });
    expect([report.otherTag, report.noTag]).toEqual([{}, {}]);
    expect(report.afterLoss, 'made again by the engine').toEqual(leased);
    expect(report.removalWhileUsed).toBe('input.in_use');
    expect(report.leftOver).toEqual([]);
    expectOnWire();
  },
  patienceMs,
);
