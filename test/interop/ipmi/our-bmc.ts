import type { BmcInputs, VirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import { createVirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import type { BmcServer } from '#engine/net/ipmi/bmc/server.ts';
import { startBmcServer } from '#engine/net/ipmi/bmc/server.ts';
import type { ChassisAction, IdentifyRequest } from '#engine/net/ipmi/commands/chassis.ts';
import { encodeFruInventory } from '#engine/net/ipmi/fru-inventory.ts';

export interface OurBmc {
  readonly bmc: VirtualBmc;
  readonly server: BmcServer;
  readonly port: number;
  readonly actions: ChassisAction[];
  readonly identified: IdentifyRequest[];
}

export const ourFru = encodeFruInventory({
  board: {
    manufactured: new Date('2026-03-14T08:30:00Z'),
    manufacturer: 'Rackside',
    product: 'RS-Board',
    serial: 'B0001',
    partNumber: 'PN-1',
    fruFileId: '',
    custom: [],
  },
  product: {
    manufacturer: 'Rackside',
    name: 'Virtual Server',
    partNumber: 'VS-1',
    version: '1.0',
    serial: 'SN0001',
    assetTag: 'asset-1',
    fruFileId: '',
    custom: [],
  },
});

/** Our virtual BMC on a free loopback port, with users admin/labpass and oper/operpass. */
export async function startOurBmc(inputs: Partial<BmcInputs> = {}, address = '127.0.0.1'): Promise<OurBmc> {
  const actions: ChassisAction[] = [];
  const identified: IdentifyRequest[] = [];
  const bmc = ourBmcCore(inputs, actions, identified);
  const server = await startBmcServer({ bmc, address, port: 0 });
  return { bmc, server, port: server.port, actions, identified };
}

/** The same without a socket. */
export function ourBmcCore(
  inputs: Partial<BmcInputs> = {},
  actions: ChassisAction[] = [],
  identified: IdentifyRequest[] = [],
): VirtualBmc {
  let power: 'on' | 'off' = 'off';
  return createVirtualBmc({
    accounts: [
      { id: 2, name: 'admin', password: 'labpass' },
      { id: 3, name: 'oper', password: 'operpass', privilege: 'operator' },
    ],
    fru: ourFru,
    guid: Buffer.from('11111111222233334444555555555555', 'hex'),
    v15AuthTypes: ['md5', 'straight'],
    chassis: {
      power: () => power,
      control(action) {
        actions.push(action);
        power = action === 'off' || action === 'soft' ? 'off' : 'on';
        return 'accepted';
      },
      identify: request => identified.push(request),
    },
    ...inputs,
  });
}
