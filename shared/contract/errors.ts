import { z } from 'zod';
import { rangeProblems } from '../model/address-ranges.ts';
import { answerFileProblemCodes } from './answer-file-problems.ts';
import { smartWarnings } from './entities/hardware.ts';
import { networkReasons } from './entities/network-requests.ts';
import { diskFilterReasons } from './entities/storage.ts';
import { identityProblems } from './identity-problems.ts';
import { imageRefusals } from './image-codes.ts';

/** Who can mend it: the person at the screen, their machine or network, the other side of a wire, or we. */
export type ErrorLevel = 'user' | 'environment' | 'peer' | 'bug';

interface ErrorKind<Details extends z.ZodType> {
  readonly level: ErrorLevel;
  readonly retryable: boolean;
  readonly details: Details;
}

function kind<Details extends z.ZodType>(
  level: ErrorLevel,
  details: Details,
  retryable = false,
): ErrorKind<Details> {
  return { level, retryable, details };
}

/**
 * `setcap`: the command gives this Node two capabilities. `serve-as-root`: a packaged desktop program cannot have them.
 * `sudo`: the system gives low ports to root only. `reserved-port`: Windows keeps it for itself.
 */
export const rightsRepairs = ['setcap', 'serve-as-root', 'sudo', 'reserved-port'] as const;
export type RightsRepair = (typeof rightsRepairs)[number];

/** `newer`: made by a Rackside with a later database. */
export const backupRefusals = ['not-a-backup', 'damaged', 'newer', 'too-large'] as const;

const nothing = z.object({});
const values = z.record(z.string(), z.union([z.string(), z.number()]));
/** `message` is English, for scripts; with a `code` the page has a sentence of its own. */
const inputIssue = z.object({
  path: z.string(),
  message: z.string(),
  code: z.enum(identityProblems).optional(),
  values: values.optional(),
});
const diskReason = z.enum(diskFilterReasons);
const owner = z.object({ pid: z.number(), name: z.string() }).optional();
export const toldDisk = z.object({
  name: z.string(),
  model: z.string(),
  serial: z.string(),
  wwn: z.string(),
  sizeBytes: z.number(),
});
export type ToldDisk = z.infer<typeof toldDisk>;

/** Every error that may cross the contract, with the shape of its evidence. The renderer has a sentence for each. */
export const errorKinds = {
  'input.invalid': kind('user', z.object({ issues: z.array(inputIssue) })),
  'input.not_found': kind('user', z.object({ what: z.string(), id: z.string() })),
  'input.conflict': kind('user', z.object({ what: z.string(), field: z.string(), value: z.string() })),
  'input.in_use': kind('user', z.object({ what: z.string(), by: z.string() })),
  'auth.denied': kind('user', nothing),
  'state.not_allowed': kind('user', z.object({ verb: z.string(), state: z.string() })),
  'net.port_in_use': kind(
    'environment',
    z.object({ proto: z.enum(['udp', 'tcp']), port: z.number(), owner }),
    true,
  ),
  'net.permission_denied': kind(
    'environment',
    z.object({
      what: z.string(),
      port: z.number().optional(),
      /** After which a new start has the right. */
      command: z.string().optional(),
      /** What a person does about it here, and what that changes. */
      repair: z.enum(rightsRepairs).optional(),
    }),
    true,
  ),
  'net.no_such_interface': kind('environment', z.object({ interfaceName: z.string() }), true),
  /** Any other answer of the system to a socket of ours. */
  'net.failed': kind(
    'environment',
    z.object({ interfaceName: z.string(), call: z.string(), reason: z.string() }),
    true,
  ),
  /** The command does by hand what we may not. */
  'net.vlan_not_permitted': kind(
    'environment',
    z.object({ interfaceName: z.string(), command: z.string() }),
    true,
  ),
  /** A kernel without 802.1Q. */
  'net.vlan_not_supported': kind('environment', z.object({ interfaceName: z.string() })),
  /** We make VLAN interfaces on Linux only. */
  'net.vlan_by_hand': kind('environment', z.object({ interfaceName: z.string() })),
  'net.no_address': kind('environment', z.object({ interfaceName: z.string(), cidr: z.string() }), true),
  'dhcp.other_server': kind(
    'environment',
    z.object({
      interfaceName: z.string(),
      servers: z.array(z.object({ server: z.string(), offered: z.string() })),
    }),
    true,
  ),
  'dhcp.not_full': kind('user', z.object({ network: z.string() })),
  'bmc.unreachable': kind('peer', z.object({ address: z.string(), attempts: z.number() }), true),
  'bmc.auth_failed': kind('user', z.object({ address: z.string(), reason: z.string() })),
  'bmc.no_cipher_suite': kind('peer', z.object({ address: z.string(), tried: z.array(z.number()) })),
  'bmc.command_failed': kind(
    'peer',
    z.object({ address: z.string(), command: z.string(), reason: z.string() }),
  ),
  /** The BMC said "not now", several times: out of sessions, starting, updating itself. */
  'bmc.busy': kind('peer', z.object({ address: z.string(), reason: z.string() }), true),
  'bmc.none': kind('user', z.object({ node: z.string() })),
  /** The BMC has one place for a console and another program has it: only a person may end that. */
  'console.in_use': kind('peer', z.object({ address: z.string() })),
  /** Serial over LAN is switched off on the BMC, or not for our privilege. */
  'console.sol_off': kind('peer', z.object({ address: z.string() })),
  /** A BMC without serial over LAN (IPMI 1.5, or none of its firmware's). */
  'console.not_supported': kind('peer', z.object({ address: z.string(), reason: z.string() })),
  /** Somebody ended our console: another program took it over, or the BMC was reset. */
  'console.ended_by_bmc': kind('peer', z.object({ address: z.string() }), true),
  /** Another view types; its name. */
  'console.not_writer': kind('user', z.object({ writer: z.string() })),
  'console.not_connected': kind('user', z.object({ node: z.string() }), true),
  /** `text` is the part of what was typed that it is about. */
  'scan.ranges_refused': kind('user', z.object({ problem: z.enum(rangeProblems), text: z.string() })),
  /** Addresses that may be anybody's: a person has to say that they mean them. */
  'scan.not_private': kind('user', z.object({ text: z.string() })),
  'scan.running': kind('user', nothing, true),
  'image.refused': kind('user', z.object({ reason: z.enum(imageRefusals), values })),
  'image.not_ready': kind('user', z.object({ image: z.string() })),
  /** An ISO of which nobody has said what is booted from it. */
  'image.installer_unknown': kind('user', z.object({ image: z.string() })),
  /** Its initrd cannot go on over the network: the machine would stand at a question. */
  'image.wants_disc': kind(
    'user',
    z.object({ image: z.string(), path: z.string(), imageId: z.string().optional() }),
  ),
  /** There are no packages in it to install. */
  'image.boot_files_only': kind('user', z.object({ image: z.string() })),
  /** The ISO's kernel modules are another kernel's: the installer would find no disk. */
  'image.other_kernel': kind(
    'user',
    z.object({ image: z.string(), kernel: z.string(), modules: z.string() }),
  ),
  'image.disk_full': kind('environment', z.object({ neededBytes: z.number(), freeBytes: z.number() }), true),
  /** Too late to have a deleted one back. */
  'image.gone_for_good': kind('user', nothing),
  'file.unreadable': kind('user', z.object({ path: z.string(), reason: z.string() })),
  'node.no_port': kind('user', z.object({ node: z.string() })),
  'disk.read_only': kind('user', z.object({ disk: toldDisk })),
  /** By its own verdict, and the setting `allowFailingDisks` is off. */
  'disk.failing': kind('user', z.object({ disk: toldDisk, warnings: z.array(z.enum(smartWarnings)) })),
  'deploy.no_disk': kind('user', z.object({ wanted: z.string(), disks: z.array(toldDisk) })),
  'deploy.ambiguous_disk': kind(
    'user',
    z.object({ wanted: z.string(), matches: z.array(toldDisk), disks: z.array(toldDisk) }),
  ),
  'deploy.installer_failed': kind('peer', z.object({ phase: z.string(), text: z.string() }), true),
  /** `reason` is English, for scripts; the page has a sentence for each code. */
  'deploy.answer_file': kind(
    'user',
    z.object({ line: z.number(), reason: z.string(), code: z.enum(answerFileProblemCodes), values }),
  ),
  /** A network that goes to no NIC, or to several alike. */
  'deploy.no_nic': kind(
    'user',
    z.object({
      request: z.number(),
      why: z.enum(['ambiguous', 'none', 'conflict']),
      candidates: z.array(
        z.object({
          portId: z.string().nullable(),
          portgroupId: z.string().nullable(),
          reasons: z.array(z.object({ code: z.enum(networkReasons), values })),
        }),
      ),
    }),
  ),
  'deploy.address_taken': kind('environment', z.object({ address: z.string(), mac: z.string() }), true),
  /** Of another server that we know, whether it answers now or not. */
  'deploy.address_in_use': kind('user', z.object({ address: z.string(), server: z.string() })),
  /** A rule or a default keeps our hands off the disk that was asked for. */
  'deploy.disk_left_alone': kind('user', z.object({ disk: toldDisk, reason: diskReason })),
  /** The review wants it in writing; or what was confirmed is not what would be overwritten. */
  'deploy.not_confirmed': kind('user', z.object({ hostName: z.string(), disks: z.array(toldDisk) })),
  /** The same of an erasure, on demand or with a release. */
  'clean.not_confirmed': kind('user', z.object({ name: z.string(), disks: z.array(toldDisk) })),
  /** Between the review and the write: hints that find another disk, or data that was not there. */
  'deploy.disk_changed': kind(
    'user',
    z.object({ reviewed: z.array(toldDisk), disk: toldDisk, contents: z.array(z.string()) }),
  ),
  'deploy.not_inspected': kind('user', z.object({ node: z.string() })),
  /** Another boot mode is asked for than the one in which the server was inspected. */
  'deploy.firmware_changed': kind(
    'user',
    z.object({ node: z.string(), asked: z.enum(['bios', 'uefi']), seen: z.enum(['bios', 'uefi']) }),
  ),
  'deploy.disk_too_small': kind('user', z.object({ neededBytes: z.number(), disk: toldDisk })),
  /** A fixed size that is smaller than what goes there. */
  'deploy.layout_too_small': kind(
    'user',
    z.object({ mountPoint: z.string(), neededBytes: z.number(), sizeBytes: z.number() }),
  ),
  'deploy.step_failed': kind(
    'peer',
    z.object({
      step: z.string(),
      code: z.string(),
      message: z.string(),
      /** That the step was at work on; those of an erasure that are not erased. */
      disks: z.array(toldDisk).optional(),
    }),
    true,
  ),
  'deploy.timed_out': kind(
    'peer',
    z.object({ step: z.string(), afterSeconds: z.number(), hint: z.string() }),
    true,
  ),
  'deploy.cancelled': kind('user', nothing),
  /** No ramdisk of this server listens: it was never booted, or the server has started something else. */
  'rescue.no_ramdisk': kind('environment', z.object({ node: z.string() }), true),
  /** Its ramdisk is at work on something else. */
  'rescue.ramdisk_busy': kind('user', z.object({ node: z.string() }), true),
  /** What was reviewed when the batch was made is not so any more: deployed or given back meanwhile, other data. */
  'batch.server_changed': kind('user', z.object({ node: z.string() })),
  /** Nothing of it is in a state for what was asked: waits, runs, or can be tried again. */
  'batch.nothing_to_do': kind('user', z.object({ name: z.string() })),
  'setup.missing': kind('environment', z.object({ what: z.string(), command: z.string() }), true),
  'db.from_future': kind('environment', z.object({ found: z.number(), known: z.number() })),
  'db.full': kind('environment', nothing, true),
  'db.failed': kind('environment', z.object({ reason: z.string() }), true),
  /** `detail` is English, for scripts and evidence. */
  'backup.refused': kind('user', z.object({ reason: z.enum(backupRefusals), detail: z.string() })),
  'backup.not_confirmed': kind('user', z.object({ name: z.string(), word: z.string() })),
  /** Of a server that was at work when the backup was made that has now been restored. */
  'backup.interrupted': kind('user', z.object({ name: z.string() })),
  /** A restore is over but for the new start: what is changed until then would be lost. */
  'backup.restarting': kind('environment', nothing, true),
  /** This computer's key does not open the password that was stored for a user of the new system. */
  'secret.sealed_elsewhere': kind('user', z.object({ user: z.string() })),
  'file.no_room': kind('environment', z.object({ neededBytes: z.number(), freeBytes: z.number() }), true),
  'transport.closed': kind('environment', nothing, true),
  'transport.version': kind('environment', z.object({ theirs: z.string(), ours: z.string() })),
  internal: kind('bug', z.object({ correlationId: z.string() })),
} as const;

export type ErrorCode = keyof typeof errorKinds;
export type ErrorDetails<Code extends ErrorCode> = z.infer<(typeof errorKinds)[Code]['details']>;

/** The form in which an error crosses a process: plain data, no stack. */
export interface ErrorData<Code extends ErrorCode = ErrorCode> {
  readonly code: Code;
  readonly level: ErrorLevel;
  readonly retryable: boolean;
  /** One English line for logs and scripts; screens use the code and details. */
  readonly message: string;
  readonly details: ErrorDetails<Code>;
}

/** An error with a code, an addressee and evidence. Wrap a lower one with `cause`; log once, where it is handled. */
export class CodedError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails<Code>;

  constructor(code: Code, message: string, details: ErrorDetails<Code>, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CodedError';
    this.code = code;
    this.details = details;
  }

  get level(): ErrorLevel {
    return errorKinds[this.code].level;
  }

  get retryable(): boolean {
    return errorKinds[this.code].retryable;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      level: this.level,
      retryable: this.retryable,
      message: this.message,
      details: this.details,
    } as ErrorData;
  }
}

export const errorData = z.object({
  code: z.enum(Object.keys(errorKinds) as [ErrorCode, ...ErrorCode[]]),
  level: z.enum(['user', 'environment', 'peer', 'bug']),
  retryable: z.boolean(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/** Rebuilds what crossed a process. The data came from our own engine, but over a wire: shapes are checked. */
export function codedErrorFrom(data: unknown): CodedError {
  const parsed = errorData.safeParse(data);
  if (!parsed.success)
    return new CodedError('internal', 'an error of unknown form arrived', { correlationId: '' });
  const { code, message } = parsed.data;
  const details = errorKinds[code].details.safeParse(parsed.data.details);
  if (details.success) return new CodedError(code, message, details.data);
  return new CodedError('internal', `${code} with details of unknown form: ${message}`, {
    correlationId: '',
  });
}
