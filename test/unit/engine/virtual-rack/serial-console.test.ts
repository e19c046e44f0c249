import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createMachineConsole } from '#engine/virtual-rack/serial-console.ts';
import { mac } from '#test/fakes/rows.ts';

function open() {
  const console = createMachineConsole({ serial: 'RV-1', mac, firmware: 'uefi' });
  let screen = '';
  console.port.onData(bytes => {
    screen += bytes.toString('latin1');
  });
  /** What typing this adds to the screen. */
  const type = (text: string) => {
    screen = '';
    console.port.write(Buffer.from(text, 'latin1'));
    return screen;
  };
  const shown = () => screen;
  return { console, type, shown };
}

function loggedIn() {
  const { console, type } = open();
  console.askWho({ hostName: 'web-1', address: '10.0.0.7' });
  type('root\rsecret\r');
  return { console, type };
}

describe('the serial console of a simulated server', () => {
  it('says nothing to what is typed while nothing runs', () => {
    const { console, type } = open();
    expect(type('hello\r')).toBe('');
    console.askWho({ hostName: 'web-1', address: undefined });
    console.powerOff();
    expect(type('hello\r')).toBe('');
  });

  it('asks for name and password, and shows only the name', () => {
    const { console, type, shown } = open();
    console.askWho({ hostName: 'web-1', address: '10.0.0.7' });
    expect(shown()).toMatch(/web-1 login: $/);
    expect(type('root\r')).toBe('root\r\nPassword: ');
    const welcome = type('secret\r');
    expect(welcome).not.toContain('secret');
    expect(welcome).toMatch(/root@web-1:~\$ $/);
  });

  it.each([
    ['hostname', 'web-1'],
    ['ip addr', '10.0.0.7'],
    ['ip addr', mac],
    ['uname', 'Linux'],
    ['uname -a', 'x86_64'],
    ['help', 'exit'],
    ['reboot', 'command not found'],
  ])('answers %s', (command, answer) => {
    const { type } = loggedIn();
    const screen = type(`${command}\r`);
    expect(screen.startsWith(`${command}\r\n`)).toBe(true);
    expect(screen).toContain(answer);
  });

  it('takes back what is rubbed out, or all of it at ^C, and sends other bytes back as they came', () => {
    const { type } = loggedIn();
    expect(type('hostnamex\x7f\r')).toContain('\r\nweb-1\r\n');
    expect(type('reboot\x03')).not.toContain('not found');
    expect(type('\xe9\xff')).toBe('\xe9\xff');
  });

  it('asks again who is there after exit, and keeps no more of a line than a screen shows', () => {
    const { type } = loggedIn();
    expect(type('x'.repeat(100_000)).length).toBeLessThan(300);
    type('\r');
    expect(type('exit\r')).toMatch(/web-1 login: $/);
  });

  it('draws its set-up menu in CP437, 80 columns wide, and moves the bar', () => {
    const { console, type, shown } = open();
    console.showSetup();
    const lines = stripVTControlCharacters(shown()).trim().split('\r\n');
    expect(new Set(lines.map(line => line.length))).toEqual(new Set([80]));
    expect(lines[0]).toMatch(/^\xc9\xcd+\xbb$/);
    const bar = (screen: string) => screen.split('\r\n').findIndex(line => line.includes('\x1b[7m'));
    const first = bar(shown());
    expect(bar(type('\x1b[B'))).toBe(first + 1);
    expect(bar(type('\x1b[A\x1b[A'))).toBe(first);
    expect(bar(type('\x1b[B'.repeat(99)))).toBe(first + 4);
  });
});
