/** A machine that nobody enrolled boots from the network: it gets no answer at all, and it is listed as discovered. */
import { join } from 'node:path';
import { check, checkEqual } from '../check.ts';
import { openLaptop } from '../laptop.ts';
import { strangeServer } from '../machines.ts';
import { insideNamespace, provisioner } from '../namespaces.ts';
import { discoveredMacs, until } from '../procedures.ts';
import { runProgram, startService } from '../program.ts';
import type { Scenario } from '../run.ts';

export const stranger: Scenario = async run => {
  const { rack, product } = await openLaptop(run, [strangeServer]);
  const [server] = rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const { machine } = server;
  const capture = join(run.directory, 'stranger.pcap');
  const sniffer = startService(
    insideNamespace(rack.network.provisionerNamespace, [
      'tcpdump',
      '-U',
      '-n',
      '-i',
      provisioner.interfaceName,
      '-w',
      capture,
      'udp',
      'or',
      'tcp',
    ]),
    { logFile: join(run.directory, 'tcpdump.log') },
  );
  run.atEnd('tcpdump', () => sniffer.stop());
  run.phase('power on');
  machine.powerOn();
  await until('the stranger being listed as discovered', 60_000, async () =>
    (await discoveredMacs(product)).find(mac => mac === machine.spec.mac),
  );
  check(run, `${machine.spec.mac} is listed as discovered`, true);
  run.phase('it gives up');
  await machine.serial.waitFor(/No bootable device/, 180_000);
  check(run, 'the firmware got nothing and gave up', true);
  await sniffer.stop();
  const asked = await framesIn(capture, `udp dst port 67 and ether src ${machine.spec.mac}`);
  check(run, 'it asked for an address several times', asked >= 2, `${asked} times`);
  checkEqual(
    run,
    'the number of frames sent to it',
    await framesIn(capture, `ether dst ${machine.spec.mac}`),
    0,
  );
  checkEqual(run, 'the number of DHCP answers', await framesIn(capture, 'udp src port 67'), 0);
  checkEqual(run, 'the number of enrolled nodes', (await product.call.nodes.list({})).length, 0);
};

async function framesIn(capture: string, filter: string): Promise<number> {
  const { stdout } = await runProgram('tcpdump', ['-n', '-r', capture, filter]);
  return stdout.split('\n').filter(line => line !== '').length;
}
