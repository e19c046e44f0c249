/** A machine's BMC: OpenIPMI's ipmi_sim on the BMC wire, with the machine's buttons, serial port and in-band side. */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fruData, sdrCommands } from './bmc-data.ts';
import { openChassisControl } from './chassis-control.ts';
import type { Machine } from './machine.ts';
import { bmcAddress, insideNamespace, type RackNetwork } from './namespaces.ts';
import { startService } from './program.ts';

export type Bmc = {
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** Its sessions are gone; the machine stays as it is. */
  readonly restart: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

const chassisProgram = join(import.meta.dirname, 'chassis-control.sh');
/** On 127.0.0.1 of the rack's namespace: no one else is there. */
export const kcsPortOf = (index: number): number => 9000 + index;
const solPortOf = (index: number): number => 9100 + index;

export async function openBmc(options: {
  readonly machine: Machine;
  readonly index: number;
  readonly network: RackNetwork;
  readonly directory: string;
}): Promise<Bmc> {
  const { machine, index, network, directory } = options;
  const { name } = machine.spec;
  const folder = join(directory, `${name}.bmc`);
  // IPMI 2.0 §22.30: at most 20 bytes, and ipmitool refuses more.
  const bmc = {
    address: bmcAddress(index),
    username: 'admin',
    password: `bmc-${randomBytes(5).toString('hex')}`,
  };
  const controlSocket = join(network.socketDir, `${name}.chassis`);
  const control = await openChassisControl(controlSocket, machine);
  await mkdir(join(folder, 'state'), { recursive: true });
  await writeFile(join(folder, 'fru.bin'), fruData({ serial: `SN-${name}` }));
  await writeFile(join(folder, 'temperature'), '42\n');
  await writeFile(join(folder, 'lan.conf'), lanConfiguration({ ...bmc, name, index, controlSocket }));
  await writeFile(join(folder, 'emu.conf'), emulatorCommands(folder));
  // ipmi_sim connects to a TCP port for its serial line; the lab keeps that line behind a Unix socket.
  const relay = startService(
    insideNamespace(network.rackNamespace, [
      'socat',
      `TCP-LISTEN:${solPortOf(index)},bind=127.0.0.1,reuseaddr,fork`,
      `UNIX-CONNECT:${machine.bmcSerialSocket}`,
    ]),
    { logFile: join(directory, `${name}.bmc.log`) },
  );
  const startSimulator = () =>
    startService(
      insideNamespace(
        network.rackNamespace,
        [
          ['ipmi_sim', '-n', '-c', join(folder, 'lan.conf'), '-f', join(folder, 'emu.conf')],
          ['-s', join(folder, 'state')],
        ].flat(),
      ),
      { logFile: join(directory, `${name}.bmc.log`) },
    );
  let simulator = startSimulator();
  const restart = async (): Promise<void> => {
    await simulator.stop();
    simulator = startSimulator();
  };
  const remove = async (): Promise<void> => {
    await Promise.all([simulator.stop(), relay.stop()]);
    control.close();
  };
  return { ...bmc, restart, remove };
}

/** SOL without `history=`: with it ipmi_sim (OpenIPMI's sol.c) reads on while its buffer is full, and drops what it has read. */
function lanConfiguration(options: {
  readonly name: string;
  readonly index: number;
  readonly address: string;
  readonly username: string;
  readonly password: string;
  readonly controlSocket: string;
}): string {
  const { name, index, address, username, password, controlSocket } = options;
  return [
    `name "${name}"`,
    'set_working_mc 0x20',
    '  startlan 1',
    `    addr ${address} 623`,
    '    priv_limit admin',
    ...['callback', 'user', 'operator', 'admin'].map(
      level => `    allowed_auths_${level} none md2 md5 straight`,
    ),
    `    guid ${String(index).padStart(32, '1')}`,
    '  endlan',
    `  chassis_control "${chassisProgram} ${controlSocket}"`,
    `  serial 15 127.0.0.1 ${kcsPortOf(index)} codec VM`,
    `  sol "tcp:127.0.0.1:${solPortOf(index)}" 115200`,
    '  startnow false',
    '  user 1 true "" "" user 10 none md2 md5 straight',
    `  user 2 true "${username}" "${password}" admin 10 none md2 md5 straight`,
    '  user 3 true "oper" "operator-secret" operator 10 none md2 md5 straight',
    '',
  ].join('\n');
}

/** The management controller, its event log, one temperature that can be changed by writing to a file, one FRU. */
function emulatorCommands(folder: string): string {
  const none = '000000000000000';
  const thresholds = '000111111000000';
  return [
    'mc_setbmc 0x20',
    'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr',
    'sel_enable 0x20 1000 0x0a',
    'sensor_add 0x20 0 0 35 0x6f event-only',
    `sensor_set_event_support 0x20 0 0 enable scanning per-state 000000000001111 ${none} 000000000001111 ${none}`,
    `sensor_add 0x20 0 1 0x01 0x01 poll 1000 file "${join(folder, 'temperature')}"`,
    'sensor_set_value 0x20 0 1 0x30 0',
    'sensor_set_threshold 0x20 0 1 settable 111000 0xa0 0x90 0x70 00 00 00',
    `sensor_set_event_support 0x20 0 1 enable scanning per-state ${thresholds} ${thresholds} ${thresholds} ${thresholds}`,
    ...sdrCommands(),
    `mc_add_fru_data 0x20 0 256 file 0 "${join(folder, 'fru.bin')}"`,
    'mc_enable 0x20',
    '',
  ].join('\n');
}
