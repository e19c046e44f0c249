/** Two networks on two interfaces at once, a server on each: both are installed, and neither wire sees anything of the other. */
import { type Capture, openCapture } from '../capture.ts';
import { check, checkEqual } from '../check.ts';
import { finishInstallation, type Installation, startInstallation } from '../installation.ts';
import { importOsImage, type Laptop, openLaptop } from '../laptop.ts';
import { elsewhereServer, virtualServer } from '../machines.ts';
import { type Wire, wires } from '../namespaces.ts';
import type { LabRun, Scenario } from '../run.ts';

const wireOf = ({ server }: Installation): Wire => server.machine.spec.wire ?? 'first';

export const twoNetworks: Scenario = async run => {
  const laptop = await openLaptop(run, [virtualServer, elsewhereServer]);
  const captures = (['first', 'second'] as const).map(wire => ({
    wire,
    capture: openCapture(run, laptop.rack, wires[wire].interfaceName),
  }));
  const image = await importOsImage(run, laptop.product);
  const installations: Installation[] = [];
  for (const [index, server] of laptop.rack.servers.entries()) {
    const hostName = `lab-wire-0${index + 1}`;
    installations.push(await startInstallation(run, laptop, { server, image, hostName }));
  }
  await Promise.all(installations.map(installation => finishInstallation(run, laptop, installation)));
  run.phase('leases');
  await checkLeases(run, laptop, installations);
  run.phase('what the wires saw');
  for (const { wire, capture } of captures) await checkWire(run, { wire, capture, installations });
};

async function checkLeases(
  run: LabRun,
  { product }: Laptop,
  installations: readonly Installation[],
): Promise<void> {
  for (const { id, interfaceName, cidr } of await product.call.networks.list({})) {
    const leases = await product.call.networks.leases({ id });
    const own = installations.filter(each => wires[wireOf(each)].interfaceName === interfaceName);
    const macs = [...new Set(leases.map(({ mac }) => mac))];
    checkEqual(
      run,
      `who has a lease of ${cidr}`,
      macs,
      own.map(({ server }) => server.machine.spec.mac),
    );
    const prefix = cidr.slice(0, cidr.lastIndexOf('.') + 1);
    check(
      run,
      'its addresses are of that network',
      leases.every(({ address }) => address.startsWith(prefix)),
    );
  }
}

async function checkWire(
  run: LabRun,
  options: {
    readonly wire: Wire;
    readonly capture: Capture;
    readonly installations: readonly Installation[];
  },
): Promise<void> {
  const { wire, capture, installations } = options;
  const { interfaceName } = wires[wire];
  for (const installation of installations) {
    const { mac, name } = installation.server.machine.spec;
    const seen = await capture.framesOf(`ether host ${mac}`);
    const asked = await capture.framesOf(dhcpAbout(mac));
    if (wireOf(installation) === wire) {
      check(
        run,
        `${name} was heard on its wire`,
        seen > 100 && asked > 2,
        `${seen} frames, ${asked} of DHCP`,
      );
    } else {
      checkEqual(run, `the frames of ${name} on ${interfaceName}`, seen, 0);
      checkEqual(run, `the DHCP messages about ${name} on ${interfaceName}`, asked, 0);
    }
  }
  const { cidr } = wire === 'first' ? wires.second : wires.first;
  const strange = await capture.framesOf(`net ${cidr} or (arp and net ${cidr})`);
  checkEqual(run, `the frames about ${cidr} on ${interfaceName}`, strange, 0);
}

/** By `chaddr`, RFC 2131 §2: 28 bytes into the message, 36 into the datagram. A broadcast bears it too. */
function dhcpAbout(mac: string): string {
  const digits = mac.replaceAll(':', '');
  return `udp port 67 and udp[36:4] = 0x${digits.slice(0, 8)} and udp[40:2] = 0x${digits.slice(8)}`;
}
