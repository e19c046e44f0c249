import { openSwitch } from './lldp-switch.ts';
import { type Answer, type StepResult, type StubStep, startEngine } from './stub-engine.ts';
import { machineMac, runMachine, type SerialReader } from './virtual-machine.ts';

export interface StepsInMachine {
  /** Names the lines of this run on the console. */
  readonly title: string;
  readonly ramdiskFolder: string;
  /** For the firmware's variables. */
  readonly folder: string;
  readonly uefi: boolean;
  readonly disks: Readonly<Record<string, string>>;
  readonly devices: readonly string[];
  readonly steps: readonly StubStep[];
  /** Path → what is served. */
  readonly files: ReadonlyMap<string, Answer>;
  readonly timeoutMs: number;
  /** A port of the loopback that leads to the machine's SSH server. */
  readonly sshPort?: number;
  /** Sits at the serial console. */
  readonly onSerial?: SerialReader;
}

/** Boots the ramdisk in QEMU, gives it the steps, and waits until it has switched the machine off. */
export async function runStepsInMachine(options: StepsInMachine) {
  const { ramdiskFolder, folder, uefi, disks, devices, timeoutMs } = options;
  const started = performance.now();
  const steps = [...options.steps, { step: 'power-off', id: 'end' }];
  const engine = await startEngine({ steps, seenAs: '10.0.2.2' });
  for (const [path, answer] of options.files) engine.files.set(path, answer);
  const seen = { helloSeconds: 0 };
  engine.onHello = () => {
    seen.helloSeconds = (performance.now() - started) / 1000;
  };
  const lldpSwitch = await openSwitch();
  const bootif = `01-${machineMac.replaceAll(':', '-')}`;
  try {
    const serial = await runMachine({
      ramdiskFolder,
      folder,
      uefi,
      disks,
      devices: [...devices, ...lldpSwitch.nic],
      moreOptions: lldpSwitch.options,
      kernelWords: `BOOTIF=${bootif} rackside.url=${engine.url} rackside.token=${engine.token}`,
      timeoutMs,
      ...(options.sshPort === undefined ? {} : { sshPort: options.sshPort }),
      ...(options.onSerial === undefined ? {} : { onSerial: options.onSerial }),
    });
    const stages = JSON.stringify(Object(engine.hellos[0]?.inventory).agent?.stageSeconds);
    const seconds = [...engine.results]
      .map(([id, { evidence }]) => `${id} ${evidence['seconds']} s`)
      .join(', ');
    const total = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${options.title}: hello after ${seen.helloSeconds.toFixed(1)} s ${stages}, ${seconds}, off after ${total} s`,
    );
    const resultOf = (id: string): StepResult => {
      const result = engine.results.get(id);
      if (result === undefined) throw new Error(`no result of ${id}; the serial console said:\n${serial}`);
      return result;
    };
    return { inventory: Object(engine.hellos[0]?.inventory), resultOf, serial };
  } finally {
    lldpSwitch.close();
    await engine.close();
  }
}
