/**
 * The lab: `node test/lab/main.ts [--parallel N] [--keep] SCENARIO…`. Needs root (network namespaces). Exit code 0 only if
 * every scenario's own assertions held. `--keep` leaves disks and the product's data, to be looked at after a failure.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import { findUnpackedPrograms } from '#scripts/setup/unpacked-packages.ts';
import { removeStaleRacks } from './namespaces.ts';
import { type LabRun, openRun, type Scenario } from './run.ts';

/** Loaded when asked for: `--list` needs no product. */
const scenarios: Readonly<Record<string, { readonly what: string; readonly load: () => Promise<Scenario> }>> =
  {
    bios: {
      what: 'one BIOS server to the login prompt, and again after a power cycle',
      load: async () => (await import('./scenarios/install-one.ts')).bios,
    },
    'bios-to-loader': {
      what: 'one BIOS server to the loader of the disk that was written; part of `npm test`',
      load: async () => (await import('./scenarios/install-one.ts')).biosToLoader,
    },
    uefi: {
      what: 'one UEFI server to the login prompt, and again after a power cycle',
      load: async () => (await import('./scenarios/install-one.ts')).uefi,
    },
    console: {
      what: 'login, 1.2 MB of output and a restart of the BMC, through the serial console of an installed server',
      load: async () => (await import('./scenarios/console.ts')).console,
    },
    'two-at-once': {
      what: 'a BIOS server (disk first) and a UEFI server at the same time',
      load: async () => (await import('./scenarios/two-at-once.ts')).twoAtOnce,
    },
    'wrong-disk': {
      what: 'two disks behind two controllers; the one that was not chosen keeps every byte',
      load: async () => (await import('./scenarios/wrong-disk.ts')).wrongDisk,
    },
    'engine-killed': {
      what: 'SIGKILL of the engine while it writes; a restart finishes the deployment',
      load: async () => (await import('./scenarios/engine-killed.ts')).engineKilled,
    },
    stranger: {
      what: 'a machine nobody enrolled gets no answer and is listed',
      load: async () => (await import('./scenarios/stranger.ts')).stranger,
    },
    'bond-vlan': {
      what: 'a disk image with a bond and a VLAN by config drive, looked at inside',
      load: async () => (await import('./scenarios/bond-vlan.ts')).bondVlan,
    },
    'second-hba': {
      what: 'a controller that a rule leaves alone: its disk is never chosen and keeps every byte',
      load: async () => (await import('./scenarios/second-hba.ts')).secondHba,
    },
    cleaning: {
      what: 'disks erased on demand and on release, but for the one that a rule leaves alone',
      load: async () => (await import('./scenarios/cleaning.ts')).cleaning,
    },
    'partition-image-bios': {
      what: 'a root file system onto LVM on BIOS, made bootable by its own programs; identity by NoCloud',
      load: async () => (await import('./scenarios/partition-image.ts')).partitionImageBios,
    },
    'partition-image-uefi': {
      what: 'the same on UEFI, identity by config drive',
      load: async () => (await import('./scenarios/partition-image.ts')).partitionImageUefi,
    },
    'software-raid': {
      what: 'the same onto a RAID 1 of two disks, which starts without its first disk too',
      load: async () => (await import('./scenarios/software-raid.ts')).softwareRaid,
    },
    'two-networks': {
      what: 'two networks on two interfaces at once, a server on each, nothing leaks',
      load: async () => (await import('./scenarios/two-networks.ts')).twoNetworks,
    },
    'installer-bios': {
      what: "Debian's own installer from its ISO on BIOS: LVM, bond, VLAN; over an hour",
      load: async () => (await import('./scenarios/debian-installer.ts')).installerBios,
    },
    'installer-uefi': {
      what: 'the same on UEFI',
      load: async () => (await import('./scenarios/debian-installer.ts')).installerUefi,
    },
    'installer-own-disc': {
      what: "the same on BIOS from a disc in Debian's own layout, booted with its netboot.tar.gz",
      load: async () => (await import('./scenarios/debian-installer.ts')).installerOwnDisc,
    },
    'anaconda-like': {
      what: "a stand-in for Anaconda on a disc like Rocky Linux 9's: phases, a stall, a reset in the middle",
      load: async () => (await import('./scenarios/anaconda-like.ts')).anacondaLike,
    },
    'other-installers': {
      what: "the same for Ubuntu's and SUSE's ways, without their faults",
      load: async () => (await import('./scenarios/other-installers.ts')).otherInstallers,
    },
    harness: {
      what: 'the lab itself, without the product: BMC, boot order, serial over LAN, the image',
      load: async () => (await import('./scenarios/harness.ts')).harness,
    },
  };

type Outcome = { readonly scenario: string; readonly passed: boolean; readonly seconds: number };

const open = new Set<LabRun>();

async function runScenario(name: string, keepsAll: boolean): Promise<Outcome> {
  const entry = scenarios[name];
  if (entry === undefined) throw new Error(`there is no scenario ${name}`);
  const run = await openRun(name, keepsAll, line => console.log(line));
  open.add(run);
  let passed = false;
  try {
    const scenario = await entry.load();
    await scenario(run);
    passed = true;
  } catch (error) {
    run.log(`FAILED ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const phases = run.phaseSeconds();
  const seconds = Math.round(run.elapsedMs() / 1000);
  await run.end();
  open.delete(run);
  for (const { phase, seconds: length } of phases) run.log(`${length.toFixed(1).padStart(7)} s  ${phase}`);
  run.log(`${passed ? 'PASSED' : 'FAILED'} in ${seconds} s; logs: ${run.directory}`);
  return { scenario: name, passed, seconds };
}

async function runAll(
  names: readonly string[],
  parallel: number,
  keepsAll: boolean,
): Promise<readonly Outcome[]> {
  const waiting = [...names];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      outcomes.push(await runScenario(name, keepsAll));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return outcomes;
}

/**
 * A second signal does not wait for the cleaning up; the next run does it then. At once a second one is the same wish
 * (`timeout` and a terminal signal the whole group).
 */
function endOnSignals(): void {
  let endingSince: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (endingSince !== undefined) {
        if (performance.now() - endingSince > 1000) process.exit(130);
        return;
      }
      endingSince = performance.now();
      console.log(`${signal}: cleaning up`);
      void Promise.all([...open].map(run => run.end())).finally(() => process.exit(130));
    });
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      parallel: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter(name => !Object.hasOwn(scenarios, name));
  if (values.list || positionals.length === 0 || unknown.length > 0) {
    if (unknown.length > 0) console.error(`unknown: ${unknown.join(' ')}`);
    for (const [name, { what }] of Object.entries(scenarios)) console.log(`${name.padEnd(17)} ${what}`);
    return values.list ? 0 : 2;
  }
  if (process.getuid?.() !== 0) {
    console.error('the lab makes network namespaces and therefore needs root');
    return 2;
  }
  endOnSignals();
  const stale = await removeStaleRacks();
  if (stale.length > 0) console.log(`removed what killed runs left: ${stale.join(' ')}`);
  // What the servers boot is what the sources say now: an older ramdisk would not understand this engine.
  for (const profile of ['vm', 'broad'] as const) await buildRamdisk({ profile });
  const outcomes = await runAll(positionals, Math.max(1, Number(values.parallel) || 1), values.keep);
  for (const { scenario, passed, seconds } of outcomes) {
    console.log(`${passed ? 'PASSED' : 'FAILED'} ${scenario} ${seconds} s`);
  }
  console.log(`logs: ${join('.cache', 'lab', 'runs')}`);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

findUnpackedPrograms();
process.exitCode = await main();
