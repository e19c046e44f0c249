import { createBmcLinks } from '#engine/inventory/bmc-link.ts';
import { bmcOf, keepBmcSecrets } from '#engine/inventory/nodes.ts';
import { type BmcInputs, createVirtualBmc, type VirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import { type BmcServer, startBmcServer } from '#engine/net/ipmi/bmc/server.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import type { ChassisAction } from '#engine/net/ipmi/commands/chassis.ts';
import { openStore } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode, nodeId } from '#test/fakes/rows.ts';
import { createFakeClock, createSimulatedNetwork, type FakeClock } from '../net/ipmi/simulated-network.ts';

const secret = 'labpass';
export const otherNodeId = '99999999-9999-4999-8999-999999999999' as NodeId;

export interface SimulatedBmc {
  readonly bmc: VirtualBmc;
  readonly server: BmcServer;
  /** Chassis Control actions in the order in which they arrived. */
  readonly actions: ChassisAction[];
  /** What the machine's power does with an action; by default it obeys at once. */
  obey: (action: ChassisAction) => 'accepted' | 'not_now';
  power: 'on' | 'off';
}

export type SimulatedBmcs = Awaited<ReturnType<typeof simulatedBmcs>>;

/** The product's links over our client, virtual BMCs on a simulated network, and one clock that the test turns. */
export async function simulatedBmcs() {
  const time = createFakeClock();
  const network = createSimulatedNetwork(time);
  const { openSocket } = network;
  const clock = clockOver(time);
  const store = openStore(':memory:', new Uint8Array(32).fill(7), () => clock.now());
  const client = createBmcClient({ clock: time, openSocket, resolve: () => Promise.resolve([]) });
  const links = createBmcLinks({ client, store, clock, onPacket: () => undefined });

  return {
    store,
    links,
    clock,
    time,
    network,
    run: <T>(promise: Promise<T>) => time.until(promise, 3_600_000),
    /** The code it rejects with. */
    async failure(promise: Promise<unknown>): Promise<CodedError> {
      const outcome = await time.until(
        promise.then(
          () => undefined,
          (error: unknown) => error,
        ),
        3_600_000,
      );
      if (outcome instanceof CodedError) return outcome;
      if (outcome instanceof Error) throw outcome;
      throw new Error('it succeeded');
    },
    /** A BMC with the user admin/labpass. */
    async bmcAt(address: string, inputs: Partial<BmcInputs> = {}): Promise<SimulatedBmc> {
      const actions: ChassisAction[] = [];
      const machine: { power: 'on' | 'off'; obey: SimulatedBmc['obey'] } = {
        power: 'off',
        obey(action) {
          machine.power = action === 'off' || action === 'soft' ? 'off' : 'on';
          return 'accepted';
        },
      };
      const bmc = createVirtualBmc({
        clock: time,
        accounts: [{ id: 2, name: 'admin', password: secret }],
        chassis: {
          power: () => machine.power,
          control(action) {
            actions.push(action);
            return machine.obey(action);
          },
          identify: () => undefined,
        },
        ...inputs,
      });
      const server = await startBmcServer({
        bmc,
        address,
        port: 623,
        openSocket,
        clock: time,
        chance: () => 1,
      });
      return Object.assign(machine, { bmc, server, actions });
    },
    /** Stores a server whose BMC is at `address`; again: corrects it. */
    serverAt(address: string, change: Partial<Parameters<typeof bmcOf>[0]> = {}, id = nodeId): Node {
      const input = { address, port: 623, username: 'admin', password: secret, ...change };
      const known = store.nodes.find(id) ?? aNode({ id, name: id.slice(0, 8) });
      const node = { ...known, bmc: bmcOf(input, known.bmc) };
      store.nodes.save(node);
      keepBmcSecrets(store, id, input);
      return node;
    },
    bmcOfNode: (id = nodeId) => store.nodes.find(id)?.bmc,
    messages: () => store.timeline.newest({}, 100).map(event => event.message),
  };
}

function clockOver(time: FakeClock): Clock {
  return {
    now: () => Math.floor(1_000_000 + time.nowMs()),
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const cancel = time.after(delayMs, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      }),
  };
}
