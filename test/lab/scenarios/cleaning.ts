/**
 * Erasing, seen from outside on the disks: signatures on demand, whole disks with zeroes, an NVMe disk by its own command,
 * and when a server is released. A disk behind a controller that a rule leaves alone keeps every byte each time.
 */
import { type CleanRequest, cleanRequest, type DiskIdentity, type Node } from '#shared/contract/index.ts';
import { check, checkEqual } from '../check.ts';
import {
  checksumOf,
  fillWithCustomerData,
  fillWithFileSystem,
  signaturesOn,
  usedMib,
} from '../customer-disk.ts';
import { deployTimeoutMs, startInstallation } from '../installation.ts';
import { importOsImage, type Laptop, openLaptop } from '../laptop.ts';
import type { MachineDisk } from '../machine.ts';
import { smallDisksServer } from '../machines.ts';
import { createProfile, followDeployment, nodeNow, until } from '../procedures.ts';
import type { Server } from '../rack.ts';
import type { LabRun, Scenario } from '../run.ts';

/** QEMU's megasas is a MegaRAID SAS 1078 (hw/scsi/megasas.c). */
const diskRules: CleanRequest['diskRules'] = [{ action: 'exclude', match: { pciId: '1000:0060' } }];
const eraseTimeoutMs = 900_000;
const fullSignatures = 'gpt PMBR ext4';

type Site = {
  readonly run: LabRun;
  readonly laptop: Laptop;
  readonly server: Server;
  readonly node: Node;
  readonly checkCustomer: () => Promise<void>;
};

export const cleaning: Scenario = async run => {
  const laptop = await openLaptop(run, [smallDisksServer]);
  const [server] = laptop.rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const [customer, sata, nvme] = server.machine.disks;
  if (customer === undefined || sata === undefined || nvme === undefined)
    throw new Error('three disks expected');
  await fillWithCustomerData(customer);
  for (const disk of [sata, nvme]) await fillWithFileSystem(disk);
  checkEqual(run, 'what is recognised on a disk with data', await signaturesOn(sata), fullSignatures);
  const before = await checksumOf(customer);
  const checkCustomer = async (): Promise<void> =>
    checkEqual(run, "the checksum of the customer's disk", await checksumOf(customer), before);

  const node = await installOn(run, laptop, server);
  const site = { run, laptop, server, node, checkCustomer };
  await releaseWithErasing(site, [sata, nvme]);
  await eraseOnDemand(site, { sata, nvme, customer });
};

/** To `active`: what it was installed with is what decides when it is released. */
async function installOn(run: LabRun, laptop: Laptop, server: Server): Promise<Node> {
  const { product } = laptop;
  const image = await importOsImage(run, product);
  const profile = await createProfile(product, { name: 'not behind the MegaRAID', diskRules });
  const { deployment, wish } = await startInstallation(run, laptop, {
    server,
    image,
    hostName: 'lab-clean-01',
    more: async () => ({ profile }),
  });
  await followDeployment(run, product, { deployment, server, timeoutMs: deployTimeoutMs });
  return wish.node;
}

async function releaseWithErasing(site: Site, erased: readonly MachineDisk[]): Promise<void> {
  const { run, laptop, node, server, checkCustomer } = site;
  const { product } = laptop;
  run.phase('release');
  await product.call.nodes.update({ id: node.id, cleanOnRelease: true });
  const confirmed = await confirmation(site, cleanRequest.parse({ nodeId: node.id, method: 'metadata' }));
  await product.call.nodes.setProvisionState({ id: node.id, verb: 'deleted', confirmed });
  const deployment = await until('the cleaning of the released server', 60_000, async () =>
    (await product.call.deployments.list({})).find(({ kind }) => kind === 'cleaning'),
  );
  await followDeployment(run, product, { deployment, server, timeoutMs: eraseTimeoutMs });
  await server.machine.whenOff();
  await untilAvailable(site);
  for (const disk of erased)
    checkEqual(run, `what is recognised on ${disk.serial}`, await signaturesOn(disk), '');
  await checkCustomer();
}

async function eraseOnDemand(
  site: Site,
  { sata, nvme, customer }: Readonly<Record<'sata' | 'nvme' | 'customer', MachineDisk>>,
): Promise<void> {
  const { run, checkCustomer } = site;
  for (const disk of [sata, nvme]) await fillWithFileSystem(disk);
  await checkReview(site, customer);
  await erase(site, { method: 'metadata' });
  for (const disk of [sata, nvme]) {
    checkEqual(run, `what is recognised on ${disk.serial}`, await signaturesOn(disk), '');
    const used = await usedMib(disk);
    check(run, `its data was not overwritten for that`, used > 0, `${used} MiB`);
  }
  await checkCustomer();

  const untouched = await checksumOf(nvme);
  await erase(site, { method: 'overwrite', disks: await identities(site, sata) });
  checkEqual(run, `what is left on ${sata.serial} in MiB`, await usedMib(sata), 0);
  checkEqual(run, 'the checksum of the disk that was not named', await checksumOf(nvme), untouched);
  await checkCustomer();

  await erase(site, { method: 'secure-erase', disks: await identities(site, nvme) });
  checkEqual(run, `what is left on ${nvme.serial} in MiB`, await usedMib(nvme), 0);
  await checkCustomer();
}

async function checkReview({ run, laptop, node }: Site, customer: MachineDisk): Promise<void> {
  const request = cleanRequest.parse({ nodeId: node.id, method: 'metadata', diskRules });
  const review = await laptop.product.call.nodes.reviewClean(request);
  const left = review.filtered.map(({ disk, reason, rule }) => `${disk.serial} ${reason} ${rule}`);
  checkEqual(run, 'what a cleaning would leave alone', left, [`${customer.serial} rule 0`]);
  const serials = review.disks.map(({ serial }) => serial);
  check(
    run,
    'its disk is not among those to be erased',
    !serials.includes(customer.serial),
    serials.join(' '),
  );
}

async function erase(
  site: Site,
  { method, disks }: { readonly method: CleanRequest['method']; readonly disks?: DiskIdentity[] },
): Promise<void> {
  const { run, laptop, node, server } = site;
  run.phase(method);
  const request = cleanRequest.parse({ nodeId: node.id, method, disks: disks ?? null, diskRules });
  const confirmed = await confirmation(site, request);
  const deployment = await laptop.product.call.nodes.clean({ ...request, confirmed });
  const done = await followDeployment(run, laptop.product, { deployment, server, timeoutMs: eraseTimeoutMs });
  run.log(`evidence: ${JSON.stringify(done.steps.find(({ name }) => name === 'erase-disks')?.evidence)}`);
  await server.machine.whenOff();
  await untilAvailable(site);
}

/** What a person is shown and types. */
async function confirmation({ laptop, node }: Site, request: CleanRequest) {
  const { disks } = await laptop.product.call.nodes.reviewClean(request);
  return { name: node.name, disks };
}

async function identities({ laptop, node }: Site, wanted: MachineDisk): Promise<DiskIdentity[]> {
  const { inventory } = await nodeNow(laptop.product, node);
  return (inventory?.disks ?? []).filter(({ serial }) => serial === wanted.serial);
}

async function untilAvailable({ laptop, node }: Site): Promise<void> {
  await until(`${node.name} becoming available`, 30_000, async () => {
    const { provisionState } = await nodeNow(laptop.product, node);
    return provisionState === 'available' ? provisionState : undefined;
  });
}
