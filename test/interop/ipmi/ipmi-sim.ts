import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { encodeFruInventory } from '#engine/net/ipmi/fru-inventory.ts';

export interface IpmiSim {
  readonly port: number;
  /** The file that holds the simulated machine's boot device, power (0/1) and so on. */
  state(name: 'power' | 'boot' | 'reset' | 'shutdown' | 'identify'): Promise<string | undefined>;
  /** kill -9, as when a BMC dies. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export const simProduct = {
  manufacturer: 'Lab',
  name: 'LabServer',
  partNumber: 'PN-2',
  version: '1.0',
  serial: 'SN0042',
  assetTag: 'asset-1',
  fruFileId: '',
  custom: [],
};

export interface IpmiSimOptions {
  /** A free one unless given. */
  readonly port?: number;
  /** TCP port on loopback where the machine's serial line is; without it there is no SOL. */
  readonly serialPort?: number;
}

/** OpenIPMI's ipmi_sim with one BMC: users admin/labpass and oper/operpass, a machine that is three files. */
export async function startIpmiSim(address = '127.0.0.1', options: IpmiSimOptions = {}): Promise<IpmiSim> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rackside-ipmi-sim-'));
  const port = options.port ?? (await freeUdpPort(address));
  await writeFile(path.join(folder, 'chassis.sh'), chassisScript(folder), { mode: 0o755 });
  await writeFile(
    path.join(folder, 'fru.bin'),
    Buffer.concat([encodeFruInventory({ product: simProduct }), Buffer.alloc(256)]),
  );
  await writeFile(path.join(folder, 'lan.conf'), lanConfiguration(folder, address, port, options.serialPort));
  await writeFile(path.join(folder, 'machine.emu'), emulation(folder));
  const child = spawn('ipmi_sim', ['-n', '-c', 'lan.conf', '-f', 'machine.emu', '-s', folder], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  await ready(child, address, port, output);
  return {
    port,
    state: name =>
      readFile(path.join(folder, name), 'utf8').then(
        text => text.trim(),
        () => undefined,
      ),
    kill: () => end(child, 'SIGKILL'),
    async stop() {
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

async function ready(
  child: ChildProcess,
  address: string,
  port: number,
  output: () => string,
): Promise<void> {
  let failed = '';
  child.once('error', error => {
    failed = error.message;
  });
  const client = createBmcClient();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (failed !== '' || child.exitCode !== null)
      throw new Error(`ipmi_sim did not start: ${failed}${output()}`);
    const pong = await client.ping(address, { port, timeoutMs: 100, attempts: 1 });
    if (pong !== undefined) return;
  }
  throw new Error(`ipmi_sim does not answer: ${output()}`);
}

export async function freeUdpPort(address: string): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** ipmi_sim calls it as `get power`, `set boot pxe` … and waits for it. */
function chassisScript(folder: string): string {
  return `#!/bin/sh
cd ${folder} || exit 1
operation=$1
shift
while [ $# -gt 0 ]; do
  name=$1
  shift
  if [ "$operation" = get ]; then
    case $name in
      power) echo "power:$(cat power 2>/dev/null || echo 0)" ;;
      boot) echo "boot:$(cat boot 2>/dev/null || echo none)" ;;
      *) exit 1 ;;
    esac
  else
    echo "$1" > "$name"
    shift
  fi
done
`;
}

function lanConfiguration(folder: string, address: string, port: number, serialPort?: number): string {
  const serial = serialPort === undefined ? '' : `  sol "tcp:127.0.0.1:${serialPort}" 115200\n`;
  const methods = ['callback', 'user', 'operator', 'admin']
    .map(level => `    allowed_auths_${level} none md2 md5 straight`)
    .join('\n');
  return `name "interop"
set_working_mc 0x20
  startlan 1
    addr ${address} ${port}
    priv_limit admin
${methods}
    guid 11111111222233334444000000000001
  endlan
  chassis_control "${folder}/chassis.sh"
${serial}  startnow false
  user 1 true  ""      ""         user     10 none md2 md5 straight
  user 2 true  "admin" "labpass"  admin    10 none md2 md5 straight
  user 3 true  "oper"  "operpass" operator 10 none md2 md5 straight
`;
}

function emulation(folder: string): string {
  return `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_add_fru_data 0x20 0 256 file 0 "${folder}/fru.bin"
mc_enable 0x20
`;
}
