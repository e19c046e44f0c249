/**
 * The ways of Ubuntu's and SUSE's installers, by stand-ins: the whole ISO into memory and a NoCloud seed, `autoinst.xml` and
 * the files of `CHECKSUMS`; real kernels with their command lines, our scripts really run, events by webhook, lines of the logs
 * that they write to files.
 */
import { randomBytes } from 'node:crypto';
import type { InstallerMedium, Node, Profile } from '#shared/contract/index.ts';
import { obtainStandInDisc, type StandInDisc } from '../anaconda-like/build.ts';
import { check, checkEqual } from '../check.ts';
import { makeKeyPair } from '../guest.ts';
import { openLaptop } from '../laptop.ts';
import {
  createProfile,
  deploy,
  enrollServer,
  importImage,
  inspectServer,
  nodeNow,
  until,
} from '../procedures.ts';
import type { Product } from '../product.ts';
import type { Server } from '../rack.ts';
import type { LabRun, Scenario } from '../run.ts';
import {
  checkIdentity,
  disksOf,
  finishInstallation,
  openInstalled,
  phasesTold,
  standInServer,
  systemSerial,
} from '../stand-in-installation.ts';

type Expected = {
  readonly disc: StandInDisc;
  readonly installer: Pick<InstallerMedium, 'family' | 'distribution' | 'version'>;
  readonly phases: readonly string[];
  /** Files of the installed system: what the stand-in kept names the chosen disk as our script has found it. */
  readonly files: Readonly<Record<string, string>>;
};

const expected: readonly Expected[] = [
  {
    disc: 'ubuntu',
    installer: { family: 'subiquity', distribution: 'ubuntu', version: '24.04.1' },
    phases: [
      '2 answers read',
      '4 started',
      '10 package sources',
      '14 installing',
      '16 partitioning',
      '28 base system',
      '50 kernel',
      '60 kernel',
      '70 packages',
      '88 scripts',
      '90 scripts',
      '100 finished',
    ],
    files: {
      'root/autoinstall.yaml': 'path: /dev/sda',
      'etc/default/grub.d/rackside.cfg': 'GRUB_TERMINAL="console serial"',
    },
  },
  {
    disc: 'sles',
    installer: { family: 'autoyast', distribution: 'sles', version: '15.5' },
    phases: [
      '2 answers read',
      '3 started',
      '4 started',
      '6 preparing',
      '8 preparing',
      '10 preparing',
      '15 partitioning',
      '24 partitioned',
      '25 partitioned',
      '28 packages',
      '32 packages',
      '65 software',
      '90 scripts',
      '100 finished',
    ],
    files: { 'root/autoinst.xml': '<device>/dev/sda</device>' },
  },
];

export const otherInstallers: Scenario = async run => {
  const { product, rack } = await openLaptop(run, [standInServer]);
  const [server] = rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  run.phase('enrolment and inspection');
  const node = await inspectServer(product, await enrollServer(product, server));
  const profile = await createProfile(product, {
    name: 'Marked',
    postScripts: [{ name: 'marker', text: 'echo "installed by Rackside" >/etc/lab-marker\n' }],
  });
  for (const each of expected) await install(run, product, { server, node, profile, each });
};

async function install(
  run: LabRun,
  product: Product,
  options: {
    readonly server: Server;
    readonly node: Node;
    readonly profile: Profile;
    readonly each: Expected;
  },
): Promise<void> {
  const { server, node, profile, each } = options;
  run.phase(`${each.disc}: import`);
  const image = await importImage(product, await obtainStandInDisc(each.disc, run.log), each.disc);
  const { family, distribution, version, certainty } = image.installer ?? {};
  const recognised = { family, distribution, version, certainty };
  checkEqual(run, 'what it is', recognised, { ...each.installer, certainty: 'certain' });
  run.phase(`${each.disc}: installation`);
  const hostName = `lab-${each.disc}`;
  const { sshKey } = await makeKeyPair(run, hostName);
  const rootPassword = `root-${randomBytes(6).toString('hex')}`;
  const wish = { node, image, hostName, sshKey, profile, rootPassword, diskSerial: systemSerial };
  const start = () => deploy(product, wish);
  const events = await finishInstallation(run, product, { server, wish, start });
  checkEqual(run, 'what the installer told', phasesTold(events), each.phases);
  server.machine.powerOff();
  await server.machine.whenOff();
  const file = await openInstalled(run, disksOf(server).system, each.disc);
  await checkIdentity(run, file, wish, { root: rootPassword });
  for (const [path, text] of Object.entries(each.files)) {
    const content = await file(path);
    check(run, `${path} says «${text}»`, content.includes(text), content);
  }
  await release(product, node);
}

async function release(product: Product, node: Node): Promise<void> {
  await product.call.nodes.setProvisionState({ id: node.id, verb: 'deleted' });
  await until(`${node.name} being released`, 300_000, async () => {
    const now = await nodeNow(product, node);
    return now.provisionState === 'available' ? now : undefined;
  });
}
