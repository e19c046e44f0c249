import type { DhcpMode, Network } from '#shared/contract/index.ts';

/** The word in the status bar: the boldest mode of all networks. */
export function dhcpWord(networks: Iterable<Pick<Network, 'dhcpMode'>>): DhcpMode {
  const modes = new Set([...networks].map(network => network.dhcpMode));
  if (modes.has('full')) return 'full';
  return modes.has('watching') ? 'watching' : 'off';
}

/** The interfaces on which that mode is switched on. */
export function dhcpPlaces(
  networks: Iterable<Pick<Network, 'dhcpMode' | 'interfaceName'>>,
  mode: DhcpMode,
): string {
  if (mode === 'off') return '';
  return [...networks]
    .filter(network => network.dhcpMode === mode)
    .map(network => network.interfaceName)
    .join(', ');
}
