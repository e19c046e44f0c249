import { execFile } from 'node:child_process';
import { z } from 'zod';
import { CodedError } from '#shared/contract/errors.ts';
import type { Ipv4 } from '#shared/model/ip.ts';

/** A VLAN sub-interface of Linux, as it is. */
export interface VlanLink {
  readonly name: string;
  readonly parent: string;
  readonly vlanId: number;
}

/** As it is to be made. */
export interface VlanPlan extends VlanLink {
  readonly address: Ipv4;
  readonly prefixLength: number;
}

export interface ProgramEnd {
  /** Undefined: it could not be started or did not end in time. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly isMissing: boolean;
}

/** Runs iproute2's `ip`. */
export type RunIp = (args: readonly string[]) => Promise<ProgramEnd>;

/** IFNAMSIZ of netdevice(7) without its NUL. */
const longestName = 15;

/** `eth0.100`. Of a long name the end stays: USB adapters differ there (`enx00e04c680001`). */
export function vlanInterfaceName(parent: string, vlanId: number): string {
  const tag = `.${vlanId}`;
  return `${parent.slice(-(longestName - tag.length))}${tag}`;
}

/** Made, given its address and switched on, with the interface below it. What failed half-way is taken back. */
export async function addVlanInterface(plan: VlanPlan, run: RunIp = runIp): Promise<void> {
  const commands = commandsFor(plan);
  for (const [index, args] of commands.entries()) {
    const ended = await run(args);
    if (ended.status === 0) continue;
    if (index > 0) await run(['link', 'delete', 'dev', plan.name]);
    throw ipError(ended, plan.parent, args, commands);
  }
}

export async function removeVlanInterface(name: string, run: RunIp = runIp): Promise<void> {
  const args = ['link', 'delete', 'dev', name];
  const ended = await run(args);
  if (ended.status !== 0) throw ipError(ended, name, args, [args]);
}

const linkList = z.array(
  z.object({
    ifname: z.string().optional(),
    link: z.string().optional(),
    linkinfo: z.object({ info_data: z.object({ id: z.number() }).optional() }).optional(),
  }),
);

/**
 * The kernel's own list is root's only (/proc/net/vlan/config); `ip` asks by netlink. Throws where it cannot tell: that
 * there are none would be another answer.
 */
export async function listVlanLinks(run: RunIp = runIp): Promise<VlanLink[]> {
  const args = ['-details', '-json', 'link', 'show', 'type', 'vlan'];
  const ended = await run(args);
  const { status, stdout } = ended;
  const parsed = linkList.safeParse(stdout.trim() === '' ? [] : jsonOf(stdout));
  if (status !== 0 || !parsed.success) throw ipError(ended, '', args, [args]);
  // Without any, iproute2 6.1 prints `[{}]`. One whose parent lies in another namespace has no `link`.
  return parsed.data.flatMap(({ ifname: name, link: parent, linkinfo }) => {
    const vlanId = linkinfo?.info_data?.id;
    return name === undefined || parent === undefined || vlanId === undefined
      ? []
      : [{ name, parent, vlanId }];
  });
}

/** The parent's own switch comes before: a sub-interface of one that is down cannot be switched on (ENETDOWN). */
function commandsFor({ name, parent, vlanId, address, prefixLength }: VlanPlan): string[][] {
  return [
    ['link', 'add', 'link', parent, 'name', name, 'type', 'vlan', 'id', String(vlanId)],
    ['address', 'add', `${address}/${prefixLength}`, 'dev', name],
    ['link', 'set', 'dev', parent, 'up'],
    ['link', 'set', 'dev', name, 'up'],
  ];
}

/** What `ip` said, by iproute2's words for the kernel's errors (`LC_ALL=C`). */
function ipError(
  { stderr, isMissing }: ProgramEnd,
  interfaceName: string,
  args: readonly string[],
  commands: readonly string[][],
): CodedError {
  if (isMissing) {
    const missing = { what: 'ip', command: 'sudo apt-get install iproute2' };
    return new CodedError('setup.missing', 'the program ip of iproute2 is missing', missing);
  }
  const reason = stderr.trim().split('\n')[0] ?? '';
  if (/Operation not permitted/.test(reason)) {
    const command = commands.map(each => `sudo ip ${each.join(' ')}`).join(' && ');
    return new CodedError('net.vlan_not_permitted', `no right to change ${interfaceName}`, {
      interfaceName,
      command,
    });
  }
  if (/Unknown device type|Operation not supported/.test(reason)) {
    const text = 'this kernel has no module 8021q';
    return new CodedError('net.vlan_not_supported', text, { interfaceName });
  }
  const cannotFind = /^Cannot find device "(.*)"/.exec(reason)?.[1];
  if (cannotFind !== undefined) {
    const text = `there is no interface ${cannotFind}`;
    return new CodedError('net.no_such_interface', text, { interfaceName: cannotFind });
  }
  const call = `ip ${args.join(' ')}`;
  return new CodedError('net.failed', `${call}: ${reason}`, { interfaceName, call, reason });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const timeoutMs = 10_000;

/** A desktop session's PATH often lacks the folders of the administrator's programs. */
const runIp: RunIp = args =>
  new Promise(resolve => {
    const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    execFile('ip', args, { env, timeout: timeoutMs, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({
        status: typeof code === 'number' ? code : undefined,
        stdout,
        stderr,
        isMissing: code === 'ENOENT',
      });
    });
  });
