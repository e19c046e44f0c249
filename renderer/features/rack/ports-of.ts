import type { Port } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';

export function portsOf(ports: ReadonlyMap<string, Port>, nodeId: NodeId): readonly Port[] {
  return [...ports.values()].filter(port => port.nodeId === nodeId);
}
