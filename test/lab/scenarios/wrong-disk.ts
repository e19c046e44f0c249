/** Two disks behind two controllers: the hint picks by serial number, and the other disk keeps every byte. */
import { check, checkEqual } from '../check.ts';
import { checksumOf, fillWithCustomerData } from '../customer-disk.ts';
import { finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { twoDiskServer } from '../machines.ts';
import type { Scenario } from '../run.ts';

export const wrongDisk: Scenario = async run => {
  const laptop = await openLaptop(run, [twoDiskServer]);
  const [server] = laptop.rack.servers;
  const customer = server?.machine.disks.find(({ isBootDisk }) => !isBootDisk);
  if (server === undefined || customer === undefined) throw new Error('the server has no second disk');
  await fillWithCustomerData(customer);
  const before = await checksumOf(customer);
  run.log(`the customer's disk ${customer.serial}: sha256 ${before}`);
  const image = await importOsImage(run, laptop.product);
  const hostName = 'lab-disk-01';
  const installation = await startInstallation(run, laptop, { server, image, hostName });
  const facts = await finishInstallation(run, laptop, installation);
  run.phase('the other disk');
  server.machine.powerOff();
  await server.machine.whenOff();
  checkEqual(run, "the checksum of the customer's disk", await checksumOf(customer), before);
  check(run, 'the system runs from another disk than the customer’s', facts.rootserial !== customer.serial);
};
