/** One bare server, from its BMC's address to a login prompt, and again after a power cycle. */
import {
  checkBootsFromDiskForEver,
  checkDiscretion,
  checkLogins,
  finishInstallation,
  reachLoader,
  startInstallation,
} from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { biosServer, uefiServer } from '../machines.ts';
import type { MachineSpec } from '../qemu-arguments.ts';
import type { Scenario } from '../run.ts';

export const bios: Scenario = installOne(biosServer, 'lab-bios-01');
export const uefi: Scenario = installOne(uefiServer, 'lab-uefi-01');

/** What firmware makes different: what comes behind the loader is the same system as by UEFI, and minutes long. */
export const biosToLoader: Scenario = async run => {
  const laptop = await openLaptop(run, [biosServer]);
  const image = await importOsImage(run, laptop.product);
  for (const server of laptop.rack.servers) {
    const installation = await startInstallation(run, laptop, { server, image, hostName: 'lab-bios-01' });
    await reachLoader(run, laptop, installation);
    await checkDiscretion(run, laptop, installation);
  }
};

function installOne(spec: MachineSpec, hostName: string): Scenario {
  return async run => {
    const laptop = await openLaptop(run, [spec]);
    const image = await importOsImage(run, laptop.product);
    for (const server of laptop.rack.servers) {
      const installation = await startInstallation(run, laptop, { server, image, hostName });
      const facts = await finishInstallation(run, laptop, installation);
      await checkLogins(run, laptop, installation, facts);
      await checkBootsFromDiskForEver(run, laptop, installation, facts);
      await checkDiscretion(run, laptop, installation);
    }
  };
}
