/** A disk image whose networks come by config drive: a bond of both NICs, DHCP on it and a VLAN with a fixed address. */
import { checkBond, checkVlan, requestBondAndVlan } from '../bonded-network.ts';
import { finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { bondedBiosServer } from '../machines.ts';
import type { Scenario } from '../run.ts';

export const bondVlan: Scenario = async run => {
  const laptop = await openLaptop(run, [bondedBiosServer]);
  const image = await importOsImage(run, laptop.product);
  for (const server of laptop.rack.servers) {
    const installation = await startInstallation(run, laptop, {
      server,
      image,
      hostName: 'lab-bond-01',
      more: async node => ({ networks: await requestBondAndVlan(laptop.product, node, 'dhcp') }),
    });
    const facts = await finishInstallation(run, laptop, installation);
    const guest = { laptop, keyFile: installation.keyFile, address: facts.address };
    await checkBond(run, guest, server);
    await checkVlan(run, guest);
  }
};
