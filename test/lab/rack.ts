/** A rack: switches, and servers each with its BMC, all switched off. Everything goes away with the run. */
import { type Bmc, kcsPortOf, openBmc } from './bmc.ts';
import { type Machine, openMachine } from './machine.ts';
import { openRackNetwork, type RackNetwork } from './namespaces.ts';
import { type MachineSpec, nicCount } from './qemu-arguments.ts';
import type { LabRun } from './run.ts';

export type Server = { readonly machine: Machine; readonly bmc: Bmc };
export type Rack = { readonly network: RackNetwork; readonly servers: readonly Server[] };

export async function openRack(run: LabRun, specs: readonly MachineSpec[]): Promise<Rack> {
  const network = await openRackNetwork(
    specs.map(spec => ({ nicCount: nicCount(spec), wire: spec.wire ?? 'first' })),
  );
  run.atEnd('the rack network', network.remove);
  const servers: Server[] = [];
  for (const [position, spec] of specs.entries()) {
    const index = position + 1;
    const { directory, elapsedMs } = run;
    const kcsPort = kcsPortOf(index);
    const machine = await openMachine({ spec, index, network, directory, kcsPort, elapsedMs });
    run.atEnd(`machine ${spec.name}`, machine.remove);
    const bmc = await openBmc({ machine, index, network, directory });
    run.atEnd(`BMC of ${spec.name}`, bmc.remove);
    servers.push({ machine, bmc });
  }
  run.log(`rack: ${specs.map(describe).join('; ')}`);
  return { network, servers };
}

function describe({ name, firmware, nic, bootOrder, disks }: MachineSpec): string {
  const shown = disks
    .map(disk => `${disk.controller} ${disk.serial}${disk.isBootDisk ? '*' : ''}`)
    .join(' + ');
  return `${name} ${firmware} ${nic} [${shown}] ${bootOrder}`;
}
