/** What makes, lists and removes VLAN interfaces, on a kernel that has them. Peers: iproute2 6.1, Linux 6.1 in QEMU. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import {
  addVlanInterface,
  listVlanLinks,
  type ProgramEnd,
  type RunIp,
  removeVlanInterface,
} from '#engine/system/vlan-interface.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { runMachine } from '#test/interop/ramdisk/virtual-machine.ts';
import { extendRamdisk, programFiles } from './guest-files.ts';

const plan = {
  name: 'eth0.100',
  parent: 'eth0',
  vlanId: 100,
  address: '10.80.0.1' as Ipv4,
  prefixLength: 24,
};
const bootLimitMs = 120_000;
/** The ramdisk may have to be built first. */
const patienceMs = 600_000;

let folder: string;
let ramdiskFolder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-vlan-'));
  ramdiskFolder = (await buildRamdisk({ profile: 'vm', report: line => console.log(line) })).into;
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The calls of `work`, in the form in which a shell repeats them. */
async function callsOf(work: (run: RunIp) => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  await work(async args => {
    calls.push(args.join(' '));
    return { status: 0, stdout: '', stderr: '', isMissing: false };
  });
  return calls;
}

/** This computer's `ip` with its libraries, and a first program that makes these calls and tells how each ended. */
function addToRamdisk(calls: readonly string[]): void {
  const tree = join(folder, 'vlan');
  mkdirSync(tree);
  const { program, libraries } = programFiles('ip');
  for (const file of [program, ...libraries]) copyFileSync(file, join(tree, basename(file)));
  const loader = libraries.map(file => basename(file)).find(name => name.startsWith('ld-linux')) ?? '';
  extendRamdisk(ramdiskFolder, folder, 'vlan', [
    'mount -t proc proc /proc; mount -t sysfs sys /sys; modprobe e1000; export LC_ALL=C',
    ...calls.flatMap((call, index) => [
      `/vlan/${loader} --library-path /vlan /vlan/ip ${call} >/out 2>/err; echo "CALL ${index} $?"`,
      `sed 's/^/OUT ${index} /' /out; sed 's/^/ERR ${index} /' /err`,
      'grep -h DEVTYPE /sys/class/net/*/uevent',
    ]),
  ]);
}

/** An `ip` that answers what it answered in the machine. */
function replay(serial: string, call: number): RunIp {
  const lines = serial.split(/\r?\n/);
  const after = (mark: string) =>
    lines.flatMap(line =>
      line.startsWith(`${mark} ${call} `) ? [line.slice(`${mark} ${call} `.length)] : [],
    );
  const ended: ProgramEnd = {
    status: Number(after('CALL')[0]),
    stdout: after('OUT').join('\n'),
    stderr: after('ERR').join('\n'),
    isMissing: false,
  };
  return async () => ended;
}

test(
  'a VLAN interface is made, found again and removed, and refusals are understood',
  async () => {
    const making = await callsOf(run => addVlanInterface(plan, run));
    const listing = await callsOf(listVlanLinks);
    const removing = await callsOf(run => removeVlanInterface(plan.name, run));
    const nowhere = await callsOf(run => addVlanInterface({ ...plan, parent: 'eth9' }, run));
    const calls = [
      ...making,
      ...listing,
      ...making.slice(0, 1),
      ...removing,
      ...listing,
      ...nowhere.slice(0, 1),
    ];
    addToRamdisk(calls);
    const serial = await runMachine({
      ramdiskFolder: folder,
      kernelWords: 'rdinit=/vlan/init',
      folder,
      uefi: false,
      disks: {},
      devices: [],
      moreOptions: [],
      timeoutMs: bootLimitMs,
    });
    const next = making.length;
    const add = (call: number, parent = 'eth0') =>
      addVlanInterface({ ...plan, parent }, replay(serial, call));
    for (const [call] of making.entries()) await expect(add(call), serial).resolves.toBeUndefined();
    expect(serial).toContain('DEVTYPE=vlan');
    expect(await listVlanLinks(replay(serial, next))).toEqual([
      { name: 'eth0.100', parent: 'eth0', vlanId: 100 },
    ]);
    await expect(add(next + 1)).rejects.toMatchObject({
      code: 'net.failed',
      details: { reason: 'RTNETLINK answers: File exists' },
    });
    await removeVlanInterface(plan.name, replay(serial, next + 2));
    expect(await listVlanLinks(replay(serial, next + 3))).toEqual([]);
    await expect(add(next + 4, 'eth9')).rejects.toMatchObject({ code: 'net.no_such_interface' });
  },
  patienceMs,
);
