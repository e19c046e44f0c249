/**
 * A server: QEMU while it has power. Its firmware's boot order is `bootindex`; a one-shot override of the BMC holds for
 * one boot, which is why the usual order is set again when the firmware has read the other one.
 */
import { appendFileSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insideNamespace, type RackNetwork, tapName } from './namespaces.ts';
import { runProgram, type Service, startService } from './program.ts';
import {
  type BootOverride,
  bootSequence,
  type DiskSpec,
  type MachineFiles,
  type MachineSpec,
  nicCount,
  nicId,
  ovmfVariables,
  qemuArguments,
} from './qemu-arguments.ts';
import { openQmp, type Qmp } from './qmp.ts';
import { openSerialConsole, type SerialConsole } from './serial-console.ts';

export type MachineDisk = DiskSpec & { readonly path: string; readonly format: 'qcow2' | 'raw' };

export type Machine = {
  readonly spec: MachineSpec;
  readonly serial: SerialConsole;
  readonly disks: readonly MachineDisk[];
  readonly bmcSerialSocket: string;
  readonly isOn: () => boolean;
  /** What is set for the next boot and not used up. */
  readonly override: () => BootOverride;
  readonly setOverride: (override: BootOverride) => void;
  /** Answers at once, as a BMC does; what was asked happens in order. */
  readonly powerOn: () => void;
  readonly powerOff: () => void;
  readonly reset: () => void;
  /** The power button: the operating system decides. */
  readonly pressPowerButton: () => void;
  /** For good, while it is off. */
  readonly pullDisk: (index: number) => void;
  /** Pulls the cable of a NIC, or puts it back. */
  readonly setLink: (nic: number, isUp: boolean) => Promise<void>;
  /** `power on boot=none`, `reset`, … with seconds: what happened to the hardware. */
  readonly history: () => readonly string[];
  /** CPU time that QEMU has used since the last power-on: what a boot costs, however busy the host is. */
  readonly cpuSeconds: () => Promise<number>;
  /** Settles when the power has gone, for whatever reason. */
  readonly whenOff: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

export async function openMachine(options: {
  readonly spec: MachineSpec;
  /** From 1: its tap, its BMC's address. */
  readonly index: number;
  readonly network: RackNetwork;
  readonly directory: string;
  readonly kcsPort: number | undefined;
  readonly elapsedMs: () => number;
}): Promise<Machine> {
  const { spec, index, network, directory, elapsedMs } = options;
  const socket = (name: string): string => join(network.socketDir, `${spec.name}.${name}`);
  const disks = await makeDisks(spec, directory);
  const files: MachineFiles = {
    diskFiles: disks,
    uefiVariables: join(directory, `${spec.name}.uefi-variables`),
    serialSocket: socket('serial'),
    qmpSocket: socket('qmp'),
    taps: Array.from({ length: nicCount(spec) }, (_, nic) => tapName(index, nic)),
    uuid: `11111111-2222-3333-4444-${String(index).padStart(12, '0')}`,
    kcsPort: options.kcsPort,
  };
  if (spec.firmware === 'uefi') await copyFile(ovmfVariables, files.uefiVariables);
  const bmcSerialSocket = socket('sol');
  const serial = await openSerialConsole({
    machineSocket: files.serialSocket,
    bmcSocket: bmcSerialSocket,
    logFile: join(directory, `${spec.name}.serial.log`),
    elapsedMs,
  });
  const history: string[] = [];
  const note = (text: string): void => {
    history.push(`${(elapsedMs() / 1000).toFixed(1)} ${text}`);
    appendFileSync(join(directory, `${spec.name}.power.log`), `${history.at(-1)}\n`);
  };
  const power = powerOf({ spec, files, network, directory, note });
  const remove = async (): Promise<void> => {
    await power.pullCable();
    serial.close();
  };
  return { spec, serial, disks, bmcSerialSocket, ...power, history: () => history, remove };
}

async function makeDisks(spec: MachineSpec, directory: string): Promise<readonly MachineDisk[]> {
  return Promise.all(
    spec.disks.map(async (disk, index) => {
      const path = join(directory, `${spec.name}.disk${index}.qcow2`);
      await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', path, String(disk.sizeBytes)]);
      return { ...disk, path, format: 'qcow2' as const };
    }),
  );
}

type Running = { readonly qemu: Service; qmp: Qmp | undefined };
type Power = Omit<Machine, 'spec' | 'serial' | 'disks' | 'bmcSerialSocket' | 'history' | 'remove'>;
/** What it is made of at the moment. */
type Build = { readonly spec: MachineSpec; readonly files: MachineFiles };
type InOrder = (task: () => Promise<void>) => void;

/**
 * Firmware resets the machine by itself while it starts: SeaBIOS two times after a reset, OVMF once with fresh variables.
 * A reset within this time of the last one is part of the same start.
 */
const startUpMs = 10_000;

/** The firmware's boot order and the BMC's override of it for one start. */
function bootOrderOf(options: {
  readonly build: () => Build;
  readonly note: (text: string) => void;
  readonly inOrder: InOrder;
  readonly qmp: () => Qmp | undefined;
}) {
  const { build, note, inOrder, qmp } = options;
  let override: BootOverride = 'none';
  // Boot indexes must differ from all that are set, so every change counts on.
  let nextBootIndex = 100;
  let restoring: NodeJS.Timeout | undefined;

  /** Read by the firmware at the next reset. */
  async function set(next: BootOverride): Promise<void> {
    for (const id of bootSequence(build().spec, next)) {
      nextBootIndex += 1;
      const path = `/machine/peripheral/${id}`;
      await qmp()?.run('qom-set', { path, property: 'bootindex', value: nextBootIndex });
    }
  }

  function take(what: string): BootOverride {
    const used = override;
    override = 'none';
    note(`${what}, boot ${used}: ${bootSequence(build().spec, used).join(' ')}`);
    return used;
  }

  function forgetRestoring(): void {
    clearTimeout(restoring);
    restoring = undefined;
  }

  function restoreLater(): void {
    forgetRestoring();
    restoring = setTimeout(() => {
      restoring = undefined;
      // Or the one that was asked for meanwhile.
      inOrder(() => set(override));
    }, startUpMs);
  }

  return {
    override: () => override,
    setOverride(next: BootOverride): void {
      note(`next boot ${next}`);
      override = next;
      inOrder(() => set(next));
    },
    take,
    restoreLater,
    forgetRestoring,
    /** Whoever caused the reset (BMC, operating system, the firmware itself): the firmware starts and reads the order. */
    wasReset(): void {
      if (override !== 'none') take('restart');
      else if (restoring === undefined) return;
      restoreLater();
    },
  };
}

function powerOf(options: {
  readonly spec: MachineSpec;
  readonly files: MachineFiles;
  readonly network: RackNetwork;
  readonly directory: string;
  readonly note: (text: string) => void;
}): Power & { readonly pullCable: () => Promise<void> } {
  const { spec, files, note } = options;
  const pulled = new Set<number>();
  let running: Running | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const inOrder: InOrder = task => {
    queue = queue.then(task).catch((error: unknown) => note(`FAULT ${String(error)}`));
  };
  const build = (): Build => {
    const isThere = (_: unknown, index: number): boolean => !pulled.has(index);
    return {
      spec: { ...spec, disks: spec.disks.filter(isThere) },
      files: { ...files, diskFiles: files.diskFiles.filter(isThere) },
    };
  };
  const bootOrder = bootOrderOf({ build, note, inOrder, qmp: () => running?.qmp });

  async function start(): Promise<void> {
    if (running !== undefined) return;
    const used = bootOrder.take('power on');
    const current: Running = { qemu: startQemu({ ...options, ...build() }, used), qmp: undefined };
    running = current;
    void current.qemu.ended.then(() => {
      note('power off');
      bootOrder.forgetRestoring();
      current.qmp?.close();
      if (running === current) running = undefined;
    });
    current.qmp = await openQmp(files.qmpSocket, event => {
      note(`qemu ${event}`);
      if (event === 'RESET') bootOrder.wasReset();
    });
    if (used !== 'none') bootOrder.restoreLater();
  }

  async function stop(): Promise<void> {
    await running?.qemu.stop();
  }

  async function command(what: string, name: 'system_reset' | 'system_powerdown'): Promise<void> {
    if (running?.qmp === undefined) return;
    note(what);
    await running.qmp.run(name);
  }

  return {
    // A power-on that is under way counts: whoever asked for it reads the state a moment later.
    isOn: () => running !== undefined,
    override: bootOrder.override,
    setOverride: bootOrder.setOverride,
    powerOn: () => inOrder(start),
    powerOff: () => inOrder(stop),
    reset: () => inOrder(() => command('reset', 'system_reset')),
    pressPowerButton: () => inOrder(() => command('power button', 'system_powerdown')),
    pullDisk: index => {
      pulled.add(index);
      note(`disk ${index} pulled`);
    },
    setLink: async (nic, isUp) => {
      await running?.qmp?.run('set_link', { name: nicId(nic), up: isUp });
      note(`${nicId(nic)} link ${isUp ? 'up' : 'down'}`);
    },
    cpuSeconds: async () => (running === undefined ? 0 : cpuSecondsOf(running.qemu.pid)),
    whenOff: async () => {
      await queue;
      await running?.qemu.ended;
    },
    pullCable: async () => {
      await queue;
      await stop();
    },
  };
}

function startQemu(
  options: {
    readonly spec: MachineSpec;
    readonly files: MachineFiles;
    readonly network: RackNetwork;
    readonly directory: string;
  },
  boot: BootOverride,
): Service {
  const { spec, files, network, directory } = options;
  const command = ['qemu-system-x86_64', ...qemuArguments(spec, files, boot)];
  return startService(insideNamespace(network.rackNamespace, command), {
    logFile: join(directory, `${spec.name}.qemu.log`),
  });
}

/** User and system time of a process, proc(5) fields 14 and 15, in ticks of 10 ms. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Math.round((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 10) / 10;
}
