/** Two disks behind two controllers: the hint picks by serial number, and the other disk keeps every byte. */
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { check, checkEqual } from '../check.ts';
import { finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import type { MachineDisk } from '../machine.ts';
import { twoDiskServer } from '../machines.ts';
import { runProgram } from '../program.ts';
import type { Scenario } from '../run.ts';

const mib = 1024 * 1024;

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

/** A partition table and data at both ends: an overwritten header would show, so would a config drive at the end. */
async function fillWithCustomerData(disk: MachineDisk): Promise<void> {
  const raw = `${disk.path}.raw`;
  const file = await open(raw, 'w');
  try {
    await file.truncate(disk.sizeBytes);
    for (const offset of [2 * mib, disk.sizeBytes / 2, disk.sizeBytes - 18 * mib]) {
      await file.write(randomBytes(16 * mib), 0, 16 * mib, offset);
    }
  } finally {
    await file.close();
  }
  await runProgram('sfdisk', ['-q', raw], { input: 'label: gpt\nstart=4096, name=customer\n' });
  await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, disk.path]);
  await rm(raw);
}

async function checksumOf(disk: MachineDisk): Promise<string> {
  const raw = `${disk.path}.raw`;
  await runProgram('qemu-img', ['convert', '-f', disk.format, '-O', 'raw', disk.path, raw]);
  const { stdout } = await runProgram('sha256sum', [raw]);
  await rm(raw);
  return stdout.slice(0, 64);
}
