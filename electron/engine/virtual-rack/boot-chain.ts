import type { Socket } from 'node:dgram';
import { fetchTftp } from '#engine/net/tftp/client.ts';
import { transferSocketsOn } from '#engine/net/tftp/server.ts';
import type { Mac } from '#shared/model/mac.ts';
import { askForAddress, type DhcpSpeaker } from './dhcp-client.ts';
import { bytesOf, send, textOf } from './http-client.ts';

/** Where our servers listen on the simulated wire. */
export interface WirePorts {
  readonly address: string;
  readonly dhcp: number;
  readonly tftp: number;
}

export interface BootingMachine {
  readonly mac: Mac;
  readonly firmware: 'bios' | 'uefi';
  readonly wire: WirePorts;
  readonly signal: AbortSignal;
  /** Asked for each datagram of DHCP and TFTP: it never comes through. */
  readonly isLost: () => boolean;
  /** A line for the machine's console. */
  readonly say: (line: string) => void;
}

export type BootOutcome =
  | { readonly kind: 'kernel'; readonly commandLine: ReadonlyMap<string, string>; readonly address: string }
  /** The script ended iPXE: the firmware goes on to its next device. */
  | { readonly kind: 'next-device' }
  | { readonly kind: 'nothing'; readonly why: string };

const dhcpTimeoutMs = 1000;
const dhcpAttempts = 4;

/** Firmware → boot program by TFTP → iPXE → script and kernel by HTTP: each byte comes from our own servers. */
export async function bootFromNetwork(machine: BootingMachine): Promise<BootOutcome> {
  const { wire, signal } = machine;
  const firmware = await ask(machine, 'pxe-firmware');
  if (firmware === undefined) return { kind: 'nothing', why: 'no offer' };
  machine.say(`PXE: address ${firmware.address}, boot file ${firmware.bootFile || 'none'}`);
  if (firmware.bootFile === '') return { kind: 'nothing', why: 'no boot file' };
  const program = await fetchTftp({
    server: { address: wire.address, port: wire.tftp },
    path: firmware.bootFile,
    openSocket: async () => deafTo(await transferSocketsOn(firmware.address)(), machine.isLost),
    signal,
    blockSizeBytes: 1468,
    windowBlocks: 4,
  });
  machine.say(`TFTP: ${program.bytes.length} bytes`);
  if (program.bytes.length === 0) return { kind: 'nothing', why: 'an empty boot program' };

  const ipxe = await ask(machine, 'ipxe');
  if (ipxe === undefined || !ipxe.bootFile.startsWith('http://'))
    return { kind: 'nothing', why: 'no script for iPXE' };
  const localAddress = ipxe.address;
  machine.say(`iPXE: net0 ${machine.mac}, address ${localAddress}`);
  const response = await send(ipxe.bootFile, { localAddress, signal });
  const script = await textOf(response);
  if (response.statusCode !== 200) return { kind: 'nothing', why: `script: HTTP ${response.statusCode}` };
  return followScript(script, { ...machine, localAddress });
}

/** Loses what arrives: to the other side a lost answer looks like a lost question. */
function deafTo(socket: Socket, isLost: () => boolean): Socket {
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]) =>
    event === 'message' && isLost() ? false : emit(event, ...values);
  return socket;
}

export function ask(machine: BootingMachine, speaker: DhcpSpeaker) {
  const { wire, mac, firmware, signal, isLost } = machine;
  const server = { address: wire.address, port: wire.dhcp };
  return askForAddress({
    server,
    mac,
    firmware,
    speaker,
    signal,
    isLost,
    timeoutMs: dhcpTimeoutMs,
    attempts: dhcpAttempts,
  });
}

interface FollowOptions extends Pick<BootingMachine, 'firmware' | 'signal' | 'say'> {
  readonly localAddress: string;
}

/** As much of iPXE's language as our scripts use; anything else is a fault of ours and stops the machine. */
export async function followScript(
  script: string,
  { firmware, localAddress, signal, say }: FollowOptions,
): Promise<BootOutcome> {
  if (!script.startsWith('#!ipxe\n')) return { kind: 'nothing', why: 'no iPXE script' };
  let commandLine: ReadonlyMap<string, string> | undefined;
  for (const line of script.split('\n').slice(1)) {
    const [word = '', ...rest] = line
      .replace(/\|\|.*$/, '')
      .trim()
      .split(/\s+/);
    switch (word) {
      case '':
      case 'echo':
        break;
      case 'kernel':
        say(`iPXE: kernel, ${await download(rest[0] ?? '', localAddress, signal)} bytes`);
        commandLine = parseCommandLine(rest.slice(1));
        break;
      case 'initrd':
        say(`iPXE: initrd, ${await download(rest.at(-1) ?? '', localAddress, signal)} bytes`);
        break;
      case 'boot':
        return commandLine === undefined
          ? { kind: 'nothing', why: 'boot without a kernel' }
          : { kind: 'kernel', commandLine, address: localAddress };
      case 'exit':
        return afterIpxe(firmware, Number(rest[0] ?? 0));
      default:
        if (!word.startsWith(':')) return { kind: 'nothing', why: `iPXE does not know "${word}"` };
    }
  }
  return afterIpxe(firmware, 0);
}

/** UEFI 2.10 §3.1.1: after a boot option that ended with success the boot manager stays where it is. */
function afterIpxe(firmware: 'bios' | 'uefi', status: number): BootOutcome {
  if (firmware === 'uefi' && status === 0)
    return { kind: 'nothing', why: 'iPXE ended with success, so the firmware shows its boot manager' };
  return { kind: 'next-device' };
}

async function download(url: string, localAddress: string, signal: AbortSignal): Promise<number> {
  const response = await send(url, { localAddress, signal });
  const bytes = await bytesOf(response);
  if (response.statusCode !== 200 || bytes.length === 0)
    throw new Error(`${url}: HTTP ${response.statusCode}`);
  return bytes.length;
}

function parseCommandLine(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map(word => {
      const [key = '', ...value] = word.split('=');
      return [key, value.join('=')];
    }),
  );
}
