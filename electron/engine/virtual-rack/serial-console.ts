import type { SerialPort } from '#engine/net/ipmi/bmc/serial-port.ts';
import type { Mac } from '#shared/model/mac.ts';
import { drawSetup, type SetupScreen, selectedAfter } from './firmware-setup.ts';

/** An installed system, as far as its console knows it. */
interface RunningSystem {
  readonly hostName: string;
  /** Undefined while it has none. */
  readonly address: string | undefined;
}

/** What a simulated server says on its serial line, and what it makes of what is typed there. */
export interface MachineConsole {
  readonly port: SerialPort;
  /** A line of whatever runs now: firmware, boot program, kernel, agent. */
  say(line: string): void;
  /** The firmware's set-up menu, until the machine is reset. */
  showSetup(): void;
  /** An installed system is up: it asks who is there. */
  askWho(system: RunningSystem): void;
  /** Nothing that ran runs any more. */
  powerOff(): void;
}

interface ConsoleMachine extends Omit<SetupScreen, 'selected'> {
  readonly mac: Mac;
}

type Mode =
  | { readonly kind: 'deaf' }
  | { readonly kind: 'setup'; selected: number }
  | { readonly kind: 'user' | 'password' | 'shell'; readonly system: RunningSystem; user: string };

const maxLineLength = 200;
const interrupt = '\x03';
const rubOut = ['\b', '\x7f'];

export function createMachineConsole(machine: ConsoleMachine): MachineConsole {
  let listener: (bytes: Buffer) => void = () => undefined;
  let mode: Mode = { kind: 'deaf' };
  let typed = '';

  /** Each character one byte: what was typed goes back as it came, and the menu is drawn in CP437. */
  const print = (text: string) => listener(Buffer.from(text, 'latin1'));
  const printLines = (...lines: readonly string[]) => print(lines.map(line => `${line}\r\n`).join(''));

  function askWho(system: RunningSystem): void {
    mode = { kind: 'user', system, user: '' };
    typed = '';
    print(`\r\nVirtual server ${machine.serial} ttyS0\r\n\r\n${system.hostName} login: `);
  }

  function prompt({ hostName }: RunningSystem, user: string): void {
    print(`${user}@${hostName}:~$ `);
  }

  function enter(line: string): void {
    if (mode.kind === 'deaf' || mode.kind === 'setup') return;
    const { system, user } = mode;
    switch (mode.kind) {
      case 'user':
        if (line === '') askWho(system);
        else {
          mode = { kind: 'password', system, user: line };
          print('Password: ');
        }
        break;
      case 'password':
        mode = { kind: 'shell', system, user };
        printLines('Welcome. This server is simulated: "help" lists what it knows.');
        prompt(system, user);
        break;
      case 'shell':
        if (line === 'exit' || line === 'logout') askWho(system);
        else {
          printLines(...answer(line, system, machine));
          prompt(system, user);
        }
        break;
    }
  }

  function hearCharacter(char: string): void {
    if (char === '\r' || char === '\n') {
      const line = typed.trim();
      typed = '';
      print('\r\n');
      enter(line);
    } else if (char === interrupt) {
      typed = '';
      print('^C\r\n');
      enter('');
    } else if (rubOut.includes(char)) {
      if (typed !== '' && mode.kind !== 'password') print('\b \b');
      typed = typed.slice(0, -1);
    } else if (char >= ' ' && typed.length < maxLineLength) {
      typed += char;
      if (mode.kind !== 'password') print(char);
    }
  }

  return {
    port: {
      write(bytes) {
        const text = bytes.toString('latin1');
        if (mode.kind === 'setup') {
          mode.selected = selectedAfter({ ...machine, selected: mode.selected }, text);
          print(drawSetup({ ...machine, selected: mode.selected }));
        } else if (mode.kind !== 'deaf') for (const char of text) hearCharacter(char);
      },
      sendBreak() {
        if (mode.kind !== 'deaf' && mode.kind !== 'setup')
          printLines('', 'sysrq: This sysrq operation is disabled.');
      },
      onData(next) {
        listener = next;
        return () => {
          listener = () => undefined;
        };
      },
    },
    say: line => printLines(line),
    showSetup() {
      mode = { kind: 'setup', selected: 0 };
      print(drawSetup({ ...machine, selected: 0 }));
    },
    askWho,
    powerOff() {
      mode = { kind: 'deaf' };
      typed = '';
    },
  };
}

function answer(line: string, system: RunningSystem, machine: ConsoleMachine): readonly string[] {
  const [command = '', argument] = line.split(/\s+/);
  switch (command) {
    case '':
      return [];
    case 'help':
      return ['exit  help  hostname  ip addr  uname'];
    case 'hostname':
      return [system.hostName];
    case 'uname':
      return [argument === '-a' ? `Linux ${system.hostName} 6.1.0-virtual x86_64 GNU/Linux` : 'Linux'];
    case 'ip':
      return ipAddresses(system, machine);
    default:
      return [`-bash: ${command}: command not found`];
  }
}

function ipAddresses({ address }: RunningSystem, { mac }: ConsoleMachine): readonly string[] {
  return [
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536',
    '    inet 127.0.0.1/8 scope host lo',
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500',
    `    link/ether ${mac} brd ff:ff:ff:ff:ff:ff`,
    ...(address === undefined ? [] : [`    inet ${address} scope global dynamic eth0`]),
  ];
}
