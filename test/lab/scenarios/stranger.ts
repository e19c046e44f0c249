/** A machine that nobody enrolled boots from the network: it gets no answer at all, and it is listed as discovered. */
import { openCapture } from '../capture.ts';
import { check, checkEqual } from '../check.ts';
import { openLaptop } from '../laptop.ts';
import { strangeServer } from '../machines.ts';
import { provisioner } from '../namespaces.ts';
import { discoveredMacs, until } from '../procedures.ts';
import type { Scenario } from '../run.ts';

export const stranger: Scenario = async run => {
  const { rack, product } = await openLaptop(run, [strangeServer]);
  const [server] = rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const { machine } = server;
  const capture = openCapture(run, rack, provisioner.interfaceName);
  run.phase('power on');
  machine.powerOn();
  await until('the stranger being listed as discovered', 60_000, async () =>
    (await discoveredMacs(product)).find(mac => mac === machine.spec.mac),
  );
  check(run, `${machine.spec.mac} is listed as discovered`, true);
  run.phase('it gives up');
  await machine.serial.waitFor(/No bootable device/, 180_000);
  check(run, 'the firmware got nothing and gave up', true);
  const asked = await capture.framesOf(`udp dst port 67 and ether src ${machine.spec.mac}`);
  check(run, 'it asked for an address several times', asked >= 2, `${asked} times`);
  const sentToIt = await capture.framesOf(`(udp or tcp) and ether dst ${machine.spec.mac}`);
  checkEqual(run, 'the number of frames sent to it', sentToIt, 0);
  checkEqual(run, 'the number of DHCP answers', await capture.framesOf('udp src port 67'), 0);
  checkEqual(run, 'the number of enrolled nodes', (await product.call.nodes.list({})).length, 0);
};
