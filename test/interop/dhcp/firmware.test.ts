/** QEMU's BIOS option ROM (iPXE 1.0.0+git-20190125 of Debian 12) against our server. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ipOf, macOf, network24, type OurServer, startOurServer } from './peers.ts';
import { openStage, type Stage } from './stage.ts';

const machine = macOf('52:54:00:aa:00:01');

let stage: Stage;
let laptop: string;
let ours: OurServer;

beforeEach(async () => {
  stage = await openStage();
  laptop = await stage.namespace('laptop');
  await stage.run(laptop, 'ip', 'tuntap', 'add', 'dev', 'tap0', 'mode', 'tap');
  await stage.run(laptop, 'ip', 'link', 'set', 'tap0', 'up');
  await stage.run(laptop, 'ip', 'addr', 'add', '10.77.0.1/24', 'dev', 'tap0');
  ours = await startOurServer(stage, laptop, [
    {
      interfaceName: 'tap0',
      serverAddress: ipOf('10.77.0.1'),
      direct: network24('rack', '10.77.0', [100, 103]),
      machines: { [machine]: { bootFile: { fileName: 'http://10.77.0.1:8080/boot.ipxe' } } },
      probesAddresses: true,
      answersRouterSolicitations: true,
      http: { port: 8080, body: '#!ipxe\necho the script of rackside\nshell\n' },
    },
  ]);
});
afterEach(() => stage.remove());

test('the iPXE ROM fetches and runs the file that it was told, without waiting for a router', async () => {
  const qemu = [
    'qemu-system-x86_64 -accel tcg -machine pc,graphics=off -cpu Nehalem -m 128',
    '-nodefaults -display none -serial stdio',
    '-netdev tap,id=net0,ifname=tap0,script=no,downscript=no',
    `-device e1000,netdev=net0,mac=${machine},bootindex=1`,
  ];
  const vm = stage.start(laptop, ...qemu.flatMap(line => line.split(' ')));
  const fetched = await ours.until('the boot file', event => event.kind === 'http');
  await vm.until('the script runs', line => line.includes('the script of rackside'));
  expect(fetched.path).toBe('/boot.ipxe');

  const kinds = ours.events().map(event => (event.kind === 'answered' ? event.message : event.kind));
  expect(kinds.indexOf('offer')).toBeLessThan(kinds.indexOf('ack'));
  // Unheard, this iPXE waits 15 s before it asks for an address: now it was answered before that.
  expect(kinds).toContain('ra_answered');
  expect(kinds.indexOf('ra_answered')).toBeLessThan(kinds.lastIndexOf('http'));
});
