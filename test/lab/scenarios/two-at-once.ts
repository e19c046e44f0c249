/** Two servers of different make at the same time: BIOS with the disk first in its boot order, and UEFI with NVMe. */
import { check } from '../check.ts';
import { finishInstallation, type Installation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { nvmeServer, virtualServer } from '../machines.ts';
import type { Scenario } from '../run.ts';

export const twoAtOnce: Scenario = async run => {
  const laptop = await openLaptop(run, [virtualServer, nvmeServer]);
  const image = await importOsImage(run, laptop.product);
  const installations: Installation[] = [];
  for (const [index, server] of laptop.rack.servers.entries()) {
    const hostName = `lab-pair-0${index + 1}`;
    installations.push(await startInstallation(run, laptop, { server, image, hostName }));
  }
  const all = await Promise.all(
    installations.map(installation => finishInstallation(run, laptop, installation)),
  );
  const addresses = new Set(all.map(({ address }) => address));
  check(run, 'each has an address of its own', addresses.size === all.length, [...addresses].join(' '));
};
