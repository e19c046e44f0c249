import { setBootDevice } from '#engine/net/ipmi/boot-device.ts';
import type { CipherSuiteId } from '#engine/net/ipmi/cipher-suite.ts';
import type { BmcClient, BmcSession } from '#engine/net/ipmi/client.ts';
import type { BootFlags } from '#engine/net/ipmi/commands/boot-options.ts';
import { chassisControl, chassisIdentify, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { getDeviceId } from '#engine/net/ipmi/commands/device.ts';
import { BmcError, isRetryable } from '#engine/net/ipmi/failure.ts';
import { manufacturerName } from '#engine/net/ipmi/quirks.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Node } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { PowerState } from '#shared/model/provision-state.ts';
import { bmcPasswordName, secretsOwner } from './nodes.ts';

export interface BmcCredentials {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** What a BMC says of itself. */
export interface BmcFacts {
  readonly manufacturer: string;
  readonly firmware: string;
  readonly cipherSuite: number | null;
  readonly powerState: PowerState;
}

interface OpenLink {
  readonly session: Promise<BmcSession>;
  idle: NodeJS.Timeout | undefined;
}

/** BMCs have few session slots (often four): ours is given back soon. */
const idleCloseMs = 30_000;

export type BmcLinks = ReturnType<typeof createBmcLinks>;

/**
 * One session a BMC, opened when needed and given back when idle; failures become `bmc.*` errors. The cipher suite that
 * worked is remembered on the node.
 */
export function createBmcLinks(client: BmcClient, store: Store, onPacket: () => void) {
  const links = new Map<NodeId, OpenLink>();

  function link(node: Node): OpenLink {
    const known = links.get(node.id);
    if (known !== undefined) return known;
    const bmc = requireBmc(node);
    const password = store.secrets.get(secretsOwner(node.id), bmcPasswordName) ?? '';
    const session = open({ ...bmc, password }, bmc.cipherSuite);
    const fresh: OpenLink = { session, idle: undefined };
    links.set(node.id, fresh);
    const forget = () => {
      if (links.get(node.id) === fresh) links.delete(node.id);
    };
    session.then(opened => {
      remember(node.id, opened);
      void opened.ended.then(forget);
    }, forget);
    return fresh;
  }

  function open(credentials: BmcCredentials, cipherSuite: number | null): Promise<BmcSession> {
    const { address: host, port, username, password } = credentials;
    return client.openSession({
      host,
      port,
      username,
      password,
      ...(cipherSuite === null ? {} : { preferredCipherSuite: cipherSuite as CipherSuiteId }),
    });
  }

  function remember(id: NodeId, session: BmcSession): void {
    const node = store.nodes.find(id);
    const cipherSuite = session.cipherSuite ?? null;
    if (node?.bmc == null || node.bmc.cipherSuite === cipherSuite) return;
    store.nodes.save({ ...node, bmc: { ...node.bmc, cipherSuite } });
  }

  /** A session that died meanwhile is opened once more, if `work` may be done twice; what else fails is told. */
  async function use<T>(node: Node, work: (session: BmcSession) => Promise<T>, attempts = 2): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const current = link(node);
      clearTimeout(current.idle);
      try {
        const result = await work(await current.session);
        onPacket();
        current.idle = setTimeout(() => void close(node.id), idleCloseMs);
        current.idle.unref();
        return result;
      } catch (error) {
        void close(node.id);
        const lost =
          error instanceof BmcError && error.failure.kind === 'session_lost' && isRetryable(error.failure);
        if (!lost || attempt >= attempts) throw bmcError(error, requireBmc(node).address);
      }
    }
  }

  async function close(id: NodeId): Promise<void> {
    const current = links.get(id);
    links.delete(id);
    if (current === undefined) return;
    clearTimeout(current.idle);
    await current.session.then(session => session.close()).catch(() => undefined); // it never opened: nothing to give back
  }

  const powerOf = async (session: BmcSession): Promise<PowerState> =>
    (await session.run(getChassisStatus)).power === 'on' ? 'power on' : 'power off';

  async function bootDevice(
    node: Node,
    device: 'pxe' | 'disk' | 'cdrom' | 'bios' | 'none',
    persistent: boolean,
  ) {
    const efi = node.bootMode === 'uefi';
    const { accepted, readBack } = await use(node, session =>
      setBootDevice(session, { device, persistent, efi }),
    );
    return { accepted, readBack: readBack === undefined ? 'unreadable' : flagsText(readBack) };
  }

  async function factsOf(session: BmcSession): Promise<BmcFacts> {
    const device = await session.run(getDeviceId);
    return {
      manufacturer: manufacturerName(device.manufacturerId),
      firmware: device.firmware,
      cipherSuite: session.cipherSuite ?? null,
      powerState: await powerOf(session),
    };
  }

  return {
    read: (node: Node) => use(node, powerOf),
    /** Never sent twice: a reset whose answer was lost has happened. The session is tried with a question before. */
    async control(node: Node, action: 'on' | 'off' | 'cycle' | 'reset' | 'soft') {
      await use(node, powerOf);
      await use(node, session => session.run(chassisControl(action)), 1);
    },
    identify: (node: Node, seconds: number) =>
      use(node, session => session.run(chassisIdentify({ seconds }))),
    setBootDevice: bootDevice,
    bootOnce: (node: Node, device: 'pxe' | 'disk') => bootDevice(node, device, false),
    async verify(node: Node) {
      const { powerState, ...bmc } = await use(node, factsOf);
      return { powerState, bmc };
    },
    /** Credentials that are stored nowhere yet. */
    async test(credentials: BmcCredentials): Promise<BmcFacts> {
      let session: BmcSession | undefined;
      try {
        session = await open(credentials, null);
        return await factsOf(session);
      } catch (error) {
        throw bmcError(error, credentials.address);
      } finally {
        await session?.close();
      }
    },
    /** After new credentials, or when the server is removed. */
    close,
    closeAll: () => Promise.all([...links.keys()].map(close)),
  };
}

function flagsText({ valid, device, persistent, efi }: BootFlags): string {
  return [
    valid ? (device ?? 'other') : 'none',
    persistent ? 'persistent' : 'once',
    efi ? 'uefi' : 'bios',
  ].join(' ');
}

function requireBmc(node: Node): NonNullable<Node['bmc']> {
  if (node.bmc !== null) return node.bmc;
  throw new CodedError('bmc.none', `${node.name} has no BMC`, { node: node.name });
}

/** The client's failure in the contract's words. */
export function bmcError(error: unknown, address: string): unknown {
  if (!(error instanceof BmcError)) return error;
  const { failure, message } = error;
  const options = { cause: error };
  const refused = (command: string, reason: string) =>
    new CodedError('bmc.command_failed', message, { address, command, reason }, options);
  switch (failure.kind) {
    case 'unreachable':
    case 'timeout':
      return new CodedError('bmc.unreachable', message, { address, attempts: failure.attempts }, options);
    case 'session_lost':
      return new CodedError('bmc.unreachable', message, { address, attempts: 1 }, options);
    case 'auth_failed':
      return new CodedError('bmc.auth_failed', message, { address, reason: failure.reason }, options);
    case 'no_matching_cipher_suite':
      return new CodedError('bmc.no_cipher_suite', message, { address, tried: [...failure.tried] }, options);
    case 'completion_code':
      return refused(failure.command, failure.text);
    case 'malformed_answer':
      return refused(failure.command, failure.detail);
    case 'busy':
    case 'invalid_request':
      return refused('session', failure.detail);
    default:
      return assertNever(failure);
  }
}
