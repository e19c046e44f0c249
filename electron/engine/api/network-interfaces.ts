import type { VlanInterfaces } from '#engine/boot-services/vlan-interfaces.ts';
import { interfacesWithDefaultRoute } from '#engine/system/default-route.ts';
import type { NetworkInterface } from '#shared/contract/index.ts';

/** The system's interfaces in the contract's form: real ones first, loopback left out (the virtual rack has it). */
export async function contractInterfaces(
  vlanInterfaces: Pick<VlanInterfaces, 'listInterfaces' | 'vlansAmong'>,
): Promise<NetworkInterface[]> {
  const [found, withDefaultRoute] = await Promise.all([
    vlanInterfaces.listInterfaces(),
    interfacesWithDefaultRoute(),
  ]);
  const vlans = await vlanInterfaces.vlansAmong(found);
  return found
    .filter(({ isLoopback }) => !isLoopback)
    .map(each => ({
      name: each.name,
      mac: each.mac ?? '',
      addresses: [...each.addresses],
      up: each.isUp,
      carrier: each.hasCarrier ?? each.isUp,
      kind: kindOf(each),
      vlan: vlans.get(each.name) ?? null,
      hasDefaultRoute: withDefaultRoute.has(each.name),
    }))
    .sort(
      (a, b) => Number(a.kind === 'virtual') - Number(b.kind === 'virtual') || a.name.localeCompare(b.name),
    );
}

function kindOf({
  name,
  isVirtual,
}: {
  readonly name: string;
  readonly isVirtual: boolean | undefined;
}): NetworkInterface['kind'] {
  if (isVirtual === true) return 'virtual';
  return /^(wl|wifi)/i.test(name) ? 'wireless' : 'ethernet';
}
