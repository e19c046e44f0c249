import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bootFromNetwork } from '#engine/virtual-rack/boot-chain.ts';
import type { RpcConnection } from '#shared/contract/client.ts';
import type { RacksideContract } from '#shared/contract/index.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { MadeUpMachine } from '../ramdisk/made-up-machine.ts';

const agentFolder = join(import.meta.dirname, '../../../assets/ramdisk/agent');

/**
 * Boots `mac` through the simulated wire as firmware and iPXE would, and starts the deploy agent with the command line
 * that came, on a made-up machine. Image downloads take `bytesPerSecond` (as curl writes it: `8M`).
 */
export async function bootRealAgent(
  client: RpcConnection<RacksideContract>['client'],
  mac: Mac,
  machine: MadeUpMachine,
  bytesPerSecond: string,
) {
  const signal = AbortSignal.timeout(30_000);
  const wire = await wireOf(client);
  const outcome = await bootFromNetwork({
    mac,
    firmware: 'bios',
    wire,
    signal,
    isLost: () => false,
    say: () => undefined,
  });
  if (outcome.kind !== 'kernel') throw new Error(`the ramdisk was not given: ${JSON.stringify(outcome)}`);
  const words = [...outcome.commandLine].map(([key, value]) => `${key}=${value}`);
  machine.write('proc/cmdline', `${words.join(' ')}\n`);
  machine.program('sh', 'exec busybox sh "$@"');
  machine.program(
    'curl',
    `case "$*" in */images/*) set -- "$@" --limit-rate ${bytesPerSecond} ;; esac
exec /usr/bin/curl "$@" --interface ${outcome.address}`,
  );
  for (const forbidden of ['reboot', 'poweroff', 'mount', 'umount', 'dmsetup', 'mdadm', 'lvm', 'ipmitool'])
    machine.program(forbidden, 'exit 1');

  const child = spawn('busybox', ['sh', join(agentFolder, 'main.sh')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${join(machine.root, 'stubs')}:${process.env['PATH'] ?? ''}`,
      RACKSIDE_SANDBOX: machine.root,
      RACKSIDE_LONGEST_PAUSE_SECONDS: '0',
      RACKSIDE_PATIENCE_SECONDS: '5',
      RACKSIDE_PROGRESS_SECONDS: '0.2',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', part => {
      said += String(part);
    });
  }
  return {
    console: () => said,
    stop(): void {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    },
  };
}

async function wireOf(client: RpcConnection<RacksideContract>['client']) {
  const services = await client.services.list({});
  const place = (name: string) => {
    const detail = services.find(service => service.name === name)?.detail ?? '';
    const [, address = '', port = ''] = /\((127[\d.]+):(\d+)\)/.exec(detail) ?? [];
    return { address, port: Number(port) };
  };
  return { address: place('dhcp').address, dhcp: place('dhcp').port, tftp: place('tftp').port };
}
