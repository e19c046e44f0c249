import { interfacesWithDefaultRoute } from '#engine/system/default-route.ts';
import { listInterfaces } from '#engine/system/interfaces.ts';
import type { NetworkInterface } from '#shared/contract/index.ts';

/** The system's interfaces in the contract's form: real ones first, loopback left out (the virtual rack has it). */
export async function contractInterfaces(): Promise<NetworkInterface[]> {
  const [found, withDefaultRoute] = await Promise.all([listInterfaces(), interfacesWithDefaultRoute()]);
  return found
    .filter(({ isLoopback }) => !isLoopback)
    .map(each => ({
      name: each.name,
      mac: each.mac ?? '',
      addresses: [...each.addresses],
      up: each.isUp,
      carrier: each.hasCarrier ?? each.isUp,
      kind:
        each.isVirtual === true
          ? ('virtual' as const)
          : /^(wl|wifi)/i.test(each.name)
            ? ('wireless' as const)
            : ('ethernet' as const),
      hasDefaultRoute: withDefaultRoute.has(each.name),
    }))
    .sort(
      (a, b) => Number(a.kind === 'virtual') - Number(b.kind === 'virtual') || a.name.localeCompare(b.name),
    );
}
