/**
 * The lab's end of chassis-control.sh: one line `get NAME…` or `set NAME VALUE…` as ipmi_sim forms it
 * (OpenIPMI lanserv/extcmd.c), answered by `NAME:VALUE` lines or `error …`.
 */
import { createServer, type Server } from 'node:net';
import type { Machine } from './machine.ts';
import type { BootOverride } from './qemu-arguments.ts';

export type Chassis = Pick<
  Machine,
  'isOn' | 'override' | 'setOverride' | 'powerOn' | 'powerOff' | 'reset' | 'pressPowerButton'
>;

/** ipmi_sim's names (bmc_chassis.c, boot_map) and ours; `default` is its word for the hard disk. */
const overrideOf: Readonly<Record<string, BootOverride>> = {
  none: 'none',
  pxe: 'pxe',
  default: 'disk',
  cdrom: 'none',
  bios: 'none',
};
const nameOf: Readonly<Record<BootOverride, string>> = { none: 'none', pxe: 'pxe', disk: 'default' };

export async function openChassisControl(path: string, chassis: Chassis): Promise<Server> {
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    let request = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      request += text;
      if (request.includes('\n')) socket.end(`${answerChassis(request.trim(), chassis)}\n`);
    });
  });
  await new Promise<void>((settle, fail) => {
    server.once('error', fail);
    server.listen(path, settle);
  });
  return server;
}

export function answerChassis(request: string, chassis: Chassis): string {
  const [operation, ...words] = request.split(/\s+/);
  if (operation === 'get') return words.map(name => getOne(name, chassis)).join('\n');
  if (operation !== 'set') return `error ${operation}`;
  while (words.length > 0) {
    const name = words.shift() ?? '';
    const value = words.shift() ?? '';
    // Identify has two values (seconds, force); the lamp is not watched.
    if (name === 'identify') words.shift();
    else if (!setOne(name, value, chassis)) return `error ${name} ${value}`;
  }
  return '';
}

function getOne(name: string, chassis: Chassis): string {
  if (name === 'power') return `power:${chassis.isOn() ? 1 : 0}`;
  if (name === 'boot') return `boot:${nameOf[chassis.override()]}`;
  return `error ${name}`;
}

function setOne(name: string, value: string, chassis: Chassis): boolean {
  if (name === 'power') {
    if (value === '1') chassis.powerOn();
    else chassis.powerOff();
    return true;
  }
  if (name === 'boot') {
    const override = overrideOf[value];
    if (override !== undefined) chassis.setOverride(override);
    return override !== undefined;
  }
  if (name === 'reset') chassis.reset();
  else if (name === 'shutdown') chassis.pressPowerButton();
  else return false;
  return true;
}
