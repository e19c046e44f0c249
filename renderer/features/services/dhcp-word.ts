import type { DhcpMode, Network } from '#shared/contract/index.ts';

/** The word in the status bar: the boldest mode of all networks. */
export function dhcpWord(networks: Iterable<Pick<Network, 'dhcpMode'>>): DhcpMode {
  const modes = new Set([...networks].map(network => network.dhcpMode));
  if (modes.has('full')) return 'full';
  return modes.has('watching') ? 'watching' : 'off';
}
