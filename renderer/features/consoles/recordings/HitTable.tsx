import { useMemo } from 'react';
import type { ConsoleHit } from '#shared/contract/index.ts';
import { goTo } from '../../../app/route.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import { clockText, dateText, zonedText } from '../../../ui/time-text.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';

interface HitRow {
  /** Two lines may come in one millisecond. */
  readonly key: string;
  readonly name: string;
  readonly hit: ConsoleHit;
}

interface Props {
  readonly hits: readonly ConsoleHit[] | undefined;
  readonly isPending: boolean;
}

/** Lines that were found, newest first; each leads to its moment. */
export function HitTable({ hits, isPending }: Props) {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  const rows = useMemo<readonly HitRow[]>(
    () =>
      (hits ?? []).map((hit, index) => ({
        key: `${hit.recordingId} ${hit.atMs} ${index}`,
        name: nodes.get(hit.nodeId)?.name ?? hit.nodeId.slice(0, 8),
        hit,
      })),
    [hits, nodes],
  );
  const columns = useMemo<readonly Column<HitRow>[]>(
    () => [
      {
        id: 'name',
        header: t('rack.name'),
        width: 120,
        rank: 2,
        cell: row => <span className="text-strong">{row.name}</span>,
      },
      {
        id: 'at',
        header: t('recordings.time'),
        width: 170,
        rank: 3,
        cell: ({ hit }) => (
          <span title={zonedText(hit.at)}>{`${dateText(hit.at)} ${clockText(hit.at)}`}</span>
        ),
      },
      {
        id: 'line',
        header: t('recordings.line'),
        width: 300,
        grow: 1,
        rank: 1,
        cell: ({ hit }) => <span className="mono-line">{hit.line}</span>,
      },
    ],
    [t],
  );
  if (hits !== undefined && !isPending && rows.length === 0)
    return <EmptyState title={t('recordings.nothingFound')}>{t('recordings.nothingFoundText')}</EmptyState>;
  return (
    <VirtualTable<HitRow>
      label={t('recordings.found')}
      columns={columns}
      rows={rows}
      rowKey={rowKey}
      rowName={rowName}
      sort={newestFirst}
      onSort={() => undefined}
      onOpen={openHit}
    />
  );
}

const newestFirst = { columnId: 'at', isDescending: true } as const;
const rowKey = ({ key }: HitRow): string => key;
const rowName = ({ name }: HitRow): string => name;
const openHit = ({ hit }: HitRow): void =>
  goTo('consoles', 'replay', hit.recordingId, String(Math.ceil(hit.atMs)));
