import { setBootDevice } from '#engine/net/ipmi/boot-device.ts';
import type { BmcClient, BmcSession } from '#engine/net/ipmi/client.ts';
import type { BootFlags } from '#engine/net/ipmi/commands/boot-options.ts';
import { chassisIdentify } from '#engine/net/ipmi/commands/chassis.ts';
import { getDeviceId } from '#engine/net/ipmi/commands/device.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { manufacturerName, type Quirk } from '#engine/net/ipmi/quirks.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { type Bmc, CodedError, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { PowerState } from '#shared/model/provision-state.ts';
import { bmcError } from './bmc-error.ts';
import { type BmcLine, type BmcLines, createBmcLines } from './bmc-lines.ts';
import { type BmcCredentials, type BmcLogin, loginOf, placeOf } from './bmc-login.ts';
import { controlPower, type PowerAction, readPower } from './bmc-power.ts';
import { type Turn, withLentSession } from './lent-session.ts';

/** What a BMC says of itself. */
export interface BmcFacts {
  readonly manufacturer: string;
  readonly firmware: string;
  readonly cipherSuite: number | null;
  readonly powerState: PowerState;
}

/** A server by its id alone: where its BMC is and what it is called is read when it is needed, never from a copy. */
export type NodeRef = Pick<Node, 'id'>;

type BootDeviceName = 'pxe' | 'disk' | 'cdrom' | 'bios' | 'none';

export interface BmcLinkInputs {
  readonly client: BmcClient;
  readonly store: Store;
  readonly clock: Clock;
  readonly onPacket: () => void;
}

export type BmcLinks = ReturnType<typeof createBmcLinks>;

/**
 * What the product asks of BMCs; failures become `bmc.*` errors. After `closeAll` everything rejects with
 * BmcLinesClosed.
 */
export function createBmcLinks(inputs: BmcLinkInputs) {
  const { client, store, clock } = inputs;
  const lines = createBmcLines(client, clock);
  const use = sessionUser(inputs, lines);

  async function bootDevice({ id }: NodeRef, device: BootDeviceName, persistent: boolean) {
    // UEFI is what servers come with today; a machine that said otherwise, or a person, has it stored.
    const efi = requireNode(store, id).bootMode !== 'bios';
    const result = await use(id, session => setBootDevice(session, { device, persistent, efi }));
    for (const quirk of result.advice) tellWeakness(store, id, quirk);
    const { accepted, refusal, readBack } = result;
    if (refusal !== undefined) return { accepted, readBack: `refused: ${refusal}` };
    return { accepted, readBack: readBack === undefined ? 'unreadable' : flagsText(readBack) };
  }

  return {
    read: ({ id }: NodeRef) => use(id, readPower),
    /**
     * For work of many requests: it lets others go between two of them. What the BMC itself refuses reaches `work` as
     * BmcError; what `work` rejects with becomes a `bmc.*` error.
     */
    async long<T>({ id }: NodeRef, work: (session: BmcSession) => Promise<T>): Promise<T> {
      const login = requireLogin(store, id);
      const { address } = login;
      const takeTurn = (turn: (turn: Turn) => Promise<void>) =>
        use(
          id,
          (session, isWanted) => {
            if (placeOf(requireLogin(store, id)) === placeOf(login)) return turn({ session, isWanted });
            throw new CodedError('bmc.unreachable', 'another BMC now', { address, attempts: 0 });
          },
          true,
        );
      try {
        return await withLentSession(takeTurn, work);
      } catch (error) {
        throw bmcError(error, address);
      }
    },
    /** Until the state is reached, or a cycle, reset or soft is taken. `signal` ends the waiting. */
    async control({ id }: NodeRef, action: PowerAction, signal?: AbortSignal): Promise<void> {
      const { address } = requireLogin(store, id);
      const ends = signal === undefined ? lines.over : AbortSignal.any([signal, lines.over]);
      await controlPower({ address, clock, signal: ends, use: (...work) => use(id, ...work) }, action);
    },
    identify: ({ id }: NodeRef, seconds: number) =>
      use(id, session => session.run(chassisIdentify({ seconds }))),
    setBootDevice: bootDevice,
    bootOnce: (node: NodeRef, device: 'pxe' | 'disk') => bootDevice(node, device, false),
    async verify({ id }: NodeRef) {
      const { powerState, ...bmc } = await use(id, factsOf);
      return { powerState, bmc };
    },
    /** Credentials that are stored nowhere yet, in a session of their own: an older one would prove nothing. */
    test: (credentials: BmcCredentials): Promise<BmcFacts> =>
      lines.turn(placeOf(credentials), async line => {
        await line.shut();
        try {
          const login = { ...credentials, cipherSuite: null, interfaceVersion: null };
          return await factsOf(await line.session(login, () => undefined));
        } catch (error) {
          throw bmcError(error, credentials.address);
        } finally {
          await line.shut();
        }
      }),
    /** The BMC that a server had before its credentials changed, or before it was removed. */
    leave(bmc: Pick<Bmc, 'address' | 'port'> | null): void {
      if (bmc !== null) lines.leave(placeOf(bmc));
    },
    closeAll: lines.closeAll,
  };
}

/**
 * Runs `work` in a session with the BMC that the server has when its turn comes. A session that died meanwhile is
 * opened once more, unless `onlyOnce`.
 */
function sessionUser({ store, onPacket }: BmcLinkInputs, lines: BmcLines) {
  type Work<T> = (session: BmcSession, isWanted: () => boolean) => Promise<T>;

  async function inTurn<T>(line: BmcLine, place: string, id: NodeId, work: Work<T>, onlyOnce: boolean) {
    for (let isLastTry = onlyOnce; ; ) {
      const login = requireLogin(store, id);
      if (placeOf(login) !== place) return undefined;
      try {
        const session = await line.session(login, (...opened) => remember(store, id, ...opened));
        const value = await work(session, line.isWanted);
        onPacket();
        return { value };
      } catch (error) {
        const failure = error instanceof BmcError ? error.failure : undefined;
        if (failure?.kind !== 'session_lost') throw bmcError(error, login.address);
        line.drop();
        // Closed by us: the credentials changed while it opened. Nothing was asked yet.
        if (failure.why === 'closed_by_us') continue;
        if (isLastTry) throw bmcError(error, login.address);
        isLastTry = true;
      }
    }
  }

  return async <T>(id: NodeId, work: Work<T>, onlyOnce = false): Promise<T> => {
    for (;;) {
      const place = placeOf(requireLogin(store, id));
      const done = await lines.turn(place, line => inTurn(line, place, id, work, onlyOnce));
      if (done !== undefined) return done.value;
    }
  };
}

/** What worked saves the next log-in its discovery. */
function remember(store: Store, id: NodeId, session: BmcSession, login: BmcLogin): void {
  const node = store.nodes.find(id);
  if (node?.bmc == null || placeOf(node.bmc) !== placeOf(login)) return;
  const bmc: Bmc = {
    ...node.bmc,
    privilege: login.privilege,
    cipherSuite: session.cipherSuite ?? null,
    interfaceVersion: session.interfaceVersion,
  };
  const isKnown =
    bmc.cipherSuite === node.bmc.cipherSuite &&
    bmc.interfaceVersion === node.bmc.interfaceVersion &&
    bmc.privilege === node.bmc.privilege;
  if (!isKnown) store.nodes.save({ ...node, bmc });
}

export async function factsOf(session: BmcSession): Promise<BmcFacts> {
  const device = await session.run(getDeviceId);
  return {
    manufacturer: manufacturerName(device.manufacturerId),
    firmware: device.firmware,
    cipherSuite: session.cipherSuite ?? null,
    powerState: await readPower(session),
  };
}

function tellWeakness(store: Store, id: NodeId, { behaviour, source }: Quirk): void {
  store.timeline.append({
    kind: 'bmc',
    nodeId: id,
    deploymentId: store.nodes.find(id)?.deploymentId ?? null,
    message: 'bmc.known_weakness',
    details: { behaviour, source },
  });
}

function flagsText({ valid, device, persistent, efi }: BootFlags): string {
  return [
    valid ? (device ?? 'other') : 'none',
    persistent ? 'persistent' : 'once',
    efi ? 'uefi' : 'bios',
  ].join(' ');
}

function requireNode(store: Store, id: NodeId): Node {
  const node = store.nodes.find(id);
  if (node !== undefined) return node;
  throw new CodedError('input.not_found', `no server ${id}`, { what: 'node', id });
}

function requireLogin(store: Store, id: NodeId): BmcLogin {
  const node = requireNode(store, id);
  const login = loginOf(store, node);
  if (login !== undefined) return login;
  throw new CodedError('bmc.none', `${node.name} has no BMC`, { node: node.name });
}
