import { useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../client/world-store.ts';
import { searchTexts } from '../rack/rack-rows.ts';
import { selectOnBoard, useBoardSelection } from './board-selection.ts';
import { type Board, type BoardServer, createBoardServers } from './board-servers.ts';
import { usePlan } from './plan-store.ts';

export function useBoardServers(): readonly BoardServer[] {
  const tables = useWorld(
    useShallow(({ nodes, ports, portgroups, batches, profiles }) => ({
      nodes,
      ports,
      portgroups,
      batches,
      profiles,
    })),
  );
  const plan = usePlan(({ present }) => present);
  const [serversOf] = useState(createBoardServers);
  return useMemo(() => serversOf(tables, plan), [serversOf, tables, plan]);
}

interface BoardState {
  readonly board: Board;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly select: (selected: ReadonlySet<NodeId>) => void;
}

/** Servers with what is staged, the selection, and what the filter leaves of them. */
export function useBoardState(): BoardState {
  const all = useBoardServers();
  const images = useWorld(world => world.images);
  const networks = useWorld(world => world.networks);
  const [filter, setFilter] = useState('');
  const chosen = useBoardSelection(selection => selection.chosen);
  const board = useMemo(() => {
    const words = filter
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '');
    const byId = new Map(all.map(server => [server.node.id, server]));
    return {
      servers: words.length === 0 ? all : all.filter(server => isFound(server, words)),
      byId,
      images,
      networks: [...networks.values()],
      selected: new Set([...chosen].filter(id => byId.has(id))),
    };
  }, [all, filter, images, networks, chosen]);
  return { board, filter, setFilter, select: selectOnBoard };
}

function isFound({ node, machine }: BoardServer, words: readonly string[]): boolean {
  const text = searchTexts({ node, ports: machine.ports }).join('\n').toLowerCase();
  return words.every(word => text.includes(word));
}
