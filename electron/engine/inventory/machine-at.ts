import type { BootSubject } from '#engine/store/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import { parseIpv4 } from '#shared/model/ip.ts';

/** Which of our machines was last given this address; what binds requests and tokens to a machine. */
export function machineAt(store: Store, clientAddress: string): BootSubject | undefined {
  const address = parseIpv4(clientAddress);
  const lease = address === undefined ? undefined : store.leases.holderOf(address);
  return lease === undefined ? undefined : store.nodes.bootSubject(lease.mac);
}
