import { useEffect, useState } from 'react';
import type { ConsolePort, ConsolePortPatch } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';

export function patchPorts(
  ports: readonly ConsolePort[] | null,
  patch: ConsolePortPatch,
): readonly ConsolePort[] {
  const gone = patch.op === 'put' ? [patch.row.nodeId] : patch.nodeIds;
  const others = (ports ?? []).filter(({ nodeId }) => !gone.includes(nodeId));
  const all = patch.op === 'put' ? [...others, patch.row] : others;
  return all.toSorted((a, b) => a.port - b.port);
}

/** All consoles' ports for other programs, as they are; null before the first answer. */
export function useConsolePorts(): readonly ConsolePort[] | null {
  const { consoles } = useClient();
  const [ports, setPorts] = useState<readonly ConsolePort[] | null>(null);
  useEffect(
    () =>
      consoles.ports(
        {},
        { onSnapshot: setPorts, onPatch: patch => setPorts(before => patchPorts(before, patch)) },
      ),
    [consoles],
  );
  return ports;
}

const anyAddress: readonly string[] = ['0.0.0.0', '::'];

/** Where a program finds it: for all addresses the one by which this page was found. */
export function placeOf({ address, port }: Pick<ConsolePort, 'address' | 'port'>, pageHost: string): string {
  const host = anyAddress.includes(address) ? pageHost || '127.0.0.1' : address;
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

/** Ctrl+] leaves it: what a person types goes to the machine, Ctrl+C too. */
export const terminalCommand = (place: string): string => `socat -,raw,echo=0,escape=0x1d TCP:${place}`;

export const webSocketAddress = (place: string): string => `ws://${place}/`;
