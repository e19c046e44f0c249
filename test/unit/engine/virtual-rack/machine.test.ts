import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeClient } from '#engine/net/dhcp/client.ts';
import { decodePacket } from '#engine/net/dhcp/packet.ts';
import { setBootDevice } from '#engine/net/ipmi/boot-device.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { openSolConsole, type SolConsole } from '#engine/net/ipmi/sol/console.ts';
import { demoImage } from '#engine/virtual-rack/demo-image.ts';
import { VirtualMachine } from '#engine/virtual-rack/machine.ts';
import { mac } from '#test/fakes/rows.ts';

let folder: string;
let dhcp: Socket;
let machine: VirtualMachine;
let events: string[];
let asked: boolean[];
let screen: string;
let onChange: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-machine-'));
  events = [];
  asked = [];
  screen = '';
  onChange = () => undefined;
  dhcp = createSocket('udp4', bytes => {
    const packet = decodePacket(bytes);
    asked.push(packet.ok && describeClient(packet.value)?.isPxeClient === true);
    onChange();
  });
  dhcp.bind(0, '127.0.0.1');
  await once(dhcp, 'listening');
  machine = new VirtualMachine({
    name: 'm',
    serial: 's',
    mac,
    firmware: 'bios',
    disk: { path: join(folder, 'disk'), sizeBytes: 4 * 2 ** 20, serial: 'VD' },
    account: { name: 'admin', password: 'secret' },
    wire: () => ({ address: '127.0.0.1', dhcp: dhcp.address().port, tftp: 9 }),
    onEvent: text => {
      events.push(text);
      onChange();
    },
    postMs: 0,
  });
});
afterEach(() => {
  machine.stop();
  dhcp.close();
  rmSync(folder, { recursive: true });
});

const loginAt = (port: number) => ({ host: '127.0.0.1', port, username: 'admin', password: 'secret' });

function openConsole(port: number): Promise<SolConsole> {
  return openSolConsole(createBmcClient(), {
    ...loginAt(port),
    onData: bytes => {
      screen += bytes.toString('latin1');
      onChange();
    },
  });
}

function until(condition: () => boolean): Promise<void> {
  return new Promise(resolve => {
    onChange = () => {
      if (condition()) resolve();
    };
    onChange();
  });
}

describe('a simulated machine', () => {
  it('looks for the network first', async () => {
    await machine.start('127.0.0.1', 0);
    machine.powerOn();
    await until(() => asked.length > 0);
    expect(asked[0]).toBe(true);
    expect(machine.power).toBe('on');
  });

  it('that found nothing goes through its boot order again, as firmware does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await machine.start('127.0.0.1', 0);
      machine.setFault('disk-first');
      machine.powerOn();
      await vi.advanceTimersByTimeAsync(0);
      await until(() => events.includes('no bootable device'));
      expect(asked).toEqual([]);
      machine.setFault('none');
      await vi.advanceTimersByTimeAsync(10_000);
      await until(() => asked.length > 0);
      expect(asked[0]).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('with `disk-first` and an empty disk never asks the network and says so', async () => {
    await machine.start('127.0.0.1', 0);
    machine.setFault('disk-first');
    machine.powerOn();
    await until(() => events.length > 0);
    expect(events).toEqual(['no bootable device']);
    expect(asked).toEqual([]);
  });

  it('with `disk-first` and a system on its disk starts that, which asks as a system does', async () => {
    writeFileSync(join(folder, 'disk'), demoImage(4 * 2 ** 20));
    await machine.start('127.0.0.1', 0);
    machine.setFault('disk-first');
    machine.powerOn();
    await until(() => asked.length > 0);
    expect(asked[0]).toBe(false);
  });

  it('says on its serial console what it goes through, and answers who logs in', async () => {
    writeFileSync(join(folder, 'disk'), demoImage(4 * 2 ** 20));
    const { port } = await machine.start('127.0.0.1', 0);
    const console = await openConsole(port);
    machine.setFault('disk-first');
    machine.powerOn();
    await until(() => screen.includes('m login: '));
    expect(screen).toMatch(/Virtual server s, legacy BIOS\r\n.*Booting from disk\.\r\n.*ttyS0/s);
    await console.write(Buffer.from('root\rsecret\rhostname\r'));
    await until(() => screen.includes('\r\nm\r\n'));
    expect(screen).toContain('Password: \r\n');
    expect(screen).not.toContain('secret');
    await console.close();
  });

  it('shows its set-up menu when it is told to start there', async () => {
    const { port } = await machine.start('127.0.0.1', 0);
    const console = await openConsole(port);
    const session = await createBmcClient().openSession(loginAt(port));
    await setBootDevice(session, { device: 'bios', persistent: false, efi: false });
    await session.close();
    machine.powerOn();
    await until(() => screen.includes('Reset the server to leave'));
    expect(screen).toContain('\xc9\xcd\xcd');
    expect(asked).toEqual([]);
    await console.close();
  });

  it('is silent when its power goes in the middle of the boot', async () => {
    await machine.start('127.0.0.1', 0);
    machine.powerOn();
    await until(() => asked.length > 0);
    machine.powerOff();
    expect(machine.power).toBe('off');
    await new Promise(resolve => setImmediate(resolve));
    expect(events).toEqual([]);
  });
});
