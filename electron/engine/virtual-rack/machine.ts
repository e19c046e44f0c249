import { createVirtualBmc, type VirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import type { ChassisPort } from '#engine/net/ipmi/bmc/chassis-port.ts';
import { type BmcServer, noFaults, startBmcServer } from '#engine/net/ipmi/bmc/server.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { MachineFault } from '#shared/model/machine-fault.ts';
import { type AgentEnd, playAgent } from './agent.ts';
import type { AgentMachine } from './agent-task.ts';
import { ask, type BootOutcome, bootFromNetwork, type WirePorts } from './boot-chain.ts';
import { isBootable, makeDisk, type VirtualDisk } from './disk.ts';
import { isInstaller, playInstaller } from './installer.ts';
import { inventoryOf } from './inventory.ts';
import { createMachineSensors } from './machine-sensors.ts';

export interface MachineInputs {
  readonly name: string;
  readonly serial: string;
  readonly mac: Mac;
  readonly firmware: 'bios' | 'uefi';
  readonly disk: VirtualDisk;
  readonly account: { readonly name: string; readonly password: string };
  /** Where our servers are now; undefined while the wire is down. */
  readonly wire: () => WirePorts | undefined;
  readonly onEvent: (text: string) => void;
  /** How long the firmware takes before it looks for something to boot. */
  readonly postMs: number;
}

/**
 * `packet-loss` takes every so many-th datagram: each protocol has to try again. Odd, or it would fall in step with
 * TFTP's window of four blocks and always take the last one.
 */
const loseEvery = 7;

/** Firmware that found nothing goes through its boot order again, so often at most: a person may have mended something. */
const bootRounds = 5;
const bootAgainMs = 4000;

/** A machine that lost its power in the middle gets it back so soon. */
const powerReturnsMs = 1500;
/** Where in the write a `power-loss` strikes. */
const powerLossAtBytes = 4 * 2 ** 20;

/**
 * A server that exists only in this process: a BMC on UDP, firmware with a boot order (network first, as in the
 * field), a disk that is a file. It knows us only through packets.
 */
export class VirtualMachine {
  readonly #inputs: MachineInputs;
  readonly #bmc: VirtualBmc;
  readonly #sensors = createMachineSensors();
  #server: BmcServer | undefined;
  #power: 'on' | 'off' = 'off';
  #run = new AbortController();
  #fault: MachineFault = 'none';
  #powerReturns: NodeJS.Timeout | undefined;

  constructor(inputs: MachineInputs) {
    this.#inputs = inputs;
    const chassis: ChassisPort = {
      power: () => this.#power,
      control: action => {
        switch (action) {
          case 'on':
            this.powerOn();
            return 'accepted';
          case 'off':
          case 'soft':
            this.powerOff();
            return 'accepted';
          case 'cycle':
          case 'reset':
            if (this.#power === 'off') return 'not_now';
            this.powerOff();
            this.powerOn();
            return 'accepted';
          case 'diagnostic_interrupt':
            return 'unsupported';
          default:
            return assertNever(action);
        }
      },
      identify: () => this.#inputs.onEvent('identify light'),
    };
    const { name, password } = inputs.account;
    this.#bmc = createVirtualBmc({
      chassis,
      accounts: [{ id: 2, name, password }],
      sensors: this.#sensors.board,
    });
  }

  /** Makes the disk and starts the BMC. `port` 0 takes a free one. */
  async start(address: string, port: number): Promise<{ address: string; port: number }> {
    await makeDisk(this.#inputs.disk);
    this.#server = await startBmcServer({ bmc: this.#bmc, address, port });
    return { address, port: this.#server.port };
  }

  stop(): void {
    this.powerOff();
    this.#server?.close();
  }

  get power(): 'on' | 'off' {
    return this.#power;
  }

  setFault(fault: MachineFault): void {
    this.#fault = fault;
    this.#sensors.setFault(fault);
    if (this.#server === undefined) return;
    Object.assign(this.#server.faults, noFaults, {
      silent: fault === 'bmc-silent',
      delayMs: fault === 'bmc-slow' ? 1200 : 0,
      dropEvery: fault === 'packet-loss' ? loseEvery : 0,
    });
  }

  powerOn(): void {
    if (this.#power === 'on') return;
    this.#power = 'on';
    this.#run = new AbortController();
    const { signal } = this.#run;
    this.#boot(signal).catch(error => {
      if (!signal.aborted)
        this.#inputs.onEvent(`stopped: ${error instanceof Error ? error.message : 'unknown error'}`);
    });
  }

  powerOff(): void {
    this.#power = 'off';
    clearTimeout(this.#powerReturns);
    this.#run.abort(new Error('power off'));
  }

  async #boot(signal: AbortSignal): Promise<void> {
    await pause(this.#inputs.postMs, signal);
    for (let round = 1; round <= bootRounds; round += 1) {
      for (const device of this.#bootOrder()) {
        const started = device === 'network' ? await this.#bootNetwork(signal) : await this.#bootDisk(signal);
        if (started) return;
      }
      this.#inputs.onEvent('no bootable device');
      await pause(bootAgainMs, signal);
    }
  }

  /** The BMC's override, used up by this boot; a `disk-first` machine does not heed it. */
  #bootOrder(): readonly ('network' | 'disk')[] {
    const flags = this.#bmc.takeBootFlags();
    if (this.#fault === 'disk-first') return ['disk'];
    return flags.valid && flags.device === 'disk' ? ['disk', 'network'] : ['network', 'disk'];
  }

  async #bootNetwork(signal: AbortSignal): Promise<boolean> {
    const { wire: wireOf, mac, firmware, onEvent } = this.#inputs;
    const wire = wireOf();
    if (wire === undefined) return false;
    const outcome = await bootFromNetwork({ mac, firmware, wire, signal, isLost: this.#isLost }).catch(
      (error: unknown): BootOutcome => {
        signal.throwIfAborted();
        // A transfer that broke off (PXE-E32 and its like): the firmware goes on to its next device.
        return { kind: 'nothing', why: error instanceof Error ? error.message : 'unknown error' };
      },
    );
    if (outcome.kind === 'nothing') onEvent(`PXE: ${outcome.why}`);
    if (outcome.kind !== 'kernel') return false;
    const machine: AgentMachine = {
      address: outcome.address,
      firmware,
      disk: this.#inputs.disk,
      inventory: inventoryOf(this.#inputs, outcome.address),
      signal,
      diskFails: () => this.#fault === 'disk-fails',
      onWritten: bytes => this.#maybeLosePower(bytes),
      wait: pause,
    };
    const end = await this.#runKernel(machine, outcome.commandLine);
    this.powerOff();
    if (end === 'reboot') this.powerOn();
    return true;
  }

  async #runKernel(machine: AgentMachine, commandLine: ReadonlyMap<string, string>): Promise<AgentEnd> {
    if (!isInstaller(commandLine)) return playAgent(machine, commandLine);
    await playInstaller(machine, commandLine);
    return 'reboot';
  }

  async #bootDisk(signal: AbortSignal): Promise<boolean> {
    const { wire: wireOf, mac, firmware, disk, onEvent } = this.#inputs;
    if (!(await isBootable(disk))) return false;
    const wire = wireOf();
    if (wire !== undefined) await ask({ mac, firmware, wire, signal, isLost: this.#isLost }, 'os');
    onEvent('login prompt');
    return true;
  }

  #datagrams = 0;
  readonly #isLost = (): boolean => {
    this.#datagrams += 1;
    return this.#fault === 'packet-loss' && this.#datagrams % loseEvery === 0;
  };

  #maybeLosePower(bytes: number): void {
    if (this.#fault !== 'power-loss' || bytes < powerLossAtBytes) return;
    this.#fault = 'none';
    this.#inputs.onEvent('power lost');
    this.powerOff();
    this.#powerReturns = setTimeout(() => this.powerOn(), powerReturnsMs);
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
