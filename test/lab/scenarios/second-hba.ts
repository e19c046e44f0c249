/**
 * A second controller with somebody's disk on it, which a profile's rule leaves alone: a hint that both disks fit finds
 * only the other one, one that fits it alone finds nothing, and it keeps every byte.
 */
import { check, checkEqual } from '../check.ts';
import { checksumOf, fillWithCustomerData } from '../customer-disk.ts';
import { finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { twoDiskServer } from '../machines.ts';
import { createProfile, deployRequestOf, inspectServer } from '../procedures.ts';
import type { Scenario } from '../run.ts';

/** QEMU's megasas is a MegaRAID SAS 1078 (hw/scsi/megasas.c). */
const megaraid = '1000:0060';

export const secondHba: Scenario = async run => {
  const laptop = await openLaptop(run, [twoDiskServer]);
  const { product } = laptop;
  const [server] = laptop.rack.servers;
  const customer = server?.machine.disks.find(({ isBootDisk }) => !isBootDisk);
  if (server === undefined || customer === undefined) throw new Error('the server has no second disk');
  await fillWithCustomerData(customer);
  const before = await checksumOf(customer);
  const image = await importOsImage(run, product);
  const profile = await createProfile(product, {
    name: 'not behind the MegaRAID',
    diskRules: [{ action: 'exclude', match: { pciId: megaraid } }],
  });
  const installation = await startInstallation(run, laptop, {
    server,
    image,
    hostName: 'lab-hba-01',
    more: async node => {
      run.phase('inspection and review');
      await inspectServer(product, node);
      return { profile, hints: { size: '>= 2' } };
    },
  });
  const { wish } = installation;
  const forbidden = {
    ...deployRequestOf(wish),
    disk: { by: 'hints' as const, hints: { serial: customer.serial } },
  };
  const review = await product.call.deployments.review(forbidden);
  checkEqual(run, 'the disk that a hint for the customer’s finds', review.disk, null);
  const [filtered] = review.filtered;
  checkEqual(run, 'the disk that was left alone', filtered?.disk.serial, customer.serial);
  checkEqual(run, 'the reason', `${filtered?.reason} ${filtered?.rule}`, 'rule 0');
  const facts = await finishInstallation(run, laptop, installation);
  run.phase('the other disk');
  server.machine.powerOff();
  await server.machine.whenOff();
  checkEqual(run, "the checksum of the customer's disk", await checksumOf(customer), before);
  check(run, 'the system runs from another disk', facts.rootserial !== customer.serial, facts.rootserial);
};
