import type { BmcInputs, VirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import { createVirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import type { BmcServer } from '#engine/net/ipmi/bmc/server.ts';
import { startBmcServer } from '#engine/net/ipmi/bmc/server.ts';
import type { BmcClient, BmcSession, BmcSessionOptions } from '#engine/net/ipmi/client.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import type { ChassisAction, IdentifyRequest } from '#engine/net/ipmi/commands/chassis.ts';
import type { BmcFailure } from '#engine/net/ipmi/failure.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { seededBytes, seededRandom } from './hostile.ts';
import type { FakeClock, SimulatedNetwork } from './simulated-network.ts';
import { createFakeClock, createSimulatedNetwork } from './simulated-network.ts';

export const bmcAddress = '10.0.0.2';
export const bmcPort = 623;
export const accounts = [
  { id: 2, name: 'admin', password: 'labpass' },
  { id: 3, name: 'oper', password: 'operpass', privilege: 'operator' },
  { id: 4, name: 'gone', password: 'gonepass', enabled: false },
] as const;

export interface SimulatedRack {
  readonly clock: FakeClock;
  readonly network: SimulatedNetwork;
  readonly bmc: VirtualBmc;
  readonly server: BmcServer;
  readonly client: BmcClient;
  /** Chassis Control actions in the order in which they arrived. */
  readonly actions: ChassisAction[];
  readonly identified: IdentifyRequest[];
  open(options?: Partial<BmcSessionOptions>): Promise<BmcSession>;
  /** Runs a promise with time passing. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** The failure that it rejects with. */
  failure(promise: Promise<unknown>): Promise<BmcFailure>;
}

/**
 * Our client and our BMC on a simulated network with a clock that only the test turns. What they draw follows `seed` too: one
 * message number in 64 is that of an old packet which a test replays.
 */
export async function simulatedRack(inputs: Partial<BmcInputs> = {}, seed = 1): Promise<SimulatedRack> {
  const clock = createFakeClock();
  const network = createSimulatedNetwork(clock, seed);
  const numbers = seededRandom(seed);
  const random = (sizeBytes: number) => seededBytes(numbers, sizeBytes);
  const actions: ChassisAction[] = [];
  const identified: IdentifyRequest[] = [];
  let power: 'on' | 'off' = 'off';
  const bmc = createVirtualBmc({
    clock,
    random,
    accounts,
    chassis: {
      power: () => power,
      control: action => {
        actions.push(action);
        if (power === 'off' && (action === 'reset' || action === 'cycle')) return 'not_now';
        if (action === 'diagnostic_interrupt') return 'unsupported';
        power = action === 'off' || action === 'soft' ? 'off' : 'on';
        return 'accepted';
      },
      identify: request => identified.push(request),
      restartCause: () => 'chassis_control',
    },
    ...inputs,
  });
  const { openSocket } = network;
  const server = await startBmcServer({
    bmc,
    address: bmcAddress,
    port: bmcPort,
    openSocket,
    clock,
    chance: () => 1,
  });
  const client = createBmcClient({
    clock,
    random,
    openSocket,
    resolve: name =>
      name === 'bmc-7.example' ? Promise.resolve([bmcAddress]) : Promise.reject(new Error('no such name')),
  });
  const run = <T>(promise: Promise<T>) => clock.until(promise);
  return {
    clock,
    network,
    bmc,
    server,
    client,
    actions,
    identified,
    run,
    open: (options = {}) =>
      run(
        client.openSession({
          host: bmcAddress,
          port: bmcPort,
          username: 'admin',
          password: 'labpass',
          ...options,
        }),
      ),
    async failure(promise) {
      try {
        await run(promise);
      } catch (error) {
        if (error instanceof BmcError) return error.failure;
        throw error;
      }
      throw new Error('it succeeded');
    },
  };
}
