import { Chip } from '@mui/material';
import type { Node, TimelineEvent } from '#shared/contract/index.ts';
import { provisionStates } from '#shared/model/provision-state.ts';
import { useWorld } from '../../client/world-store.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import type { Column } from '../../ui/table-columns.ts';
import { ageText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { consoleHref } from '../consoles/open-console.ts';
import { eventText } from '../timeline/event-text.ts';
import { hardwareText, modelText } from './hardware-text.ts';
import { NicLamps } from './NicLamps.tsx';
import { labelsOf, placeOf, placeText } from './rack-place.ts';
import type { NodeRow, RackRow } from './rack-rows.ts';
import { StateCell } from './StateCell.tsx';
import type { ColumnId } from './views/rack-view.ts';

type NodeColumn = Omit<Column<RackRow>, 'id' | 'cell' | 'sortValue'> & {
  readonly id: ColumnId;
  readonly cell: (row: NodeRow) => React.ReactNode;
  readonly sortValue?: (row: NodeRow) => string | number;
};

/** Discovered machines and groups have a line of their own and are never asked for a cell. */
function ofNode({ cell, sortValue, ...column }: NodeColumn): Column<RackRow> & { readonly id: ColumnId } {
  return {
    ...column,
    cell: row => (row.is === 'node' ? cell(row) : null),
    ...(sortValue && { sortValue: row => (row.is === 'node' ? sortValue(row) : '') }),
  };
}

/** Every column that there is; the view says which of them are shown. */
export function rackColumns(t: Translate): readonly (Column<RackRow> & { readonly id: ColumnId })[] {
  return [
    ofNode({
      id: 'name',
      header: t('rack.name'),
      width: 150,
      grow: 1,
      rank: 1,
      cell: ({ node }) => <NameCell node={node} />,
      sortValue: ({ node }) => node.name,
    }),
    ofNode({
      id: 'place',
      header: t('column.place'),
      width: 92,
      rank: 9,
      cell: ({ node }) => placeText(placeOf(node)),
      sortValue: ({ node }) => placeText(placeOf(node)),
    }),
    ofNode({
      id: 'bmc',
      header: t('rack.bmc'),
      width: 108,
      rank: 5,
      cell: ({ node }) => <Mono isWrapped={false}>{node.bmc?.address ?? t('rack.noBmc')}</Mono>,
      sortValue: ({ node }) => node.bmc?.address ?? '',
    }),
    ofNode({
      id: 'model',
      header: t('rack.model'),
      width: 126,
      grow: 1,
      rank: 6,
      cell: ({ node }) => (
        <Quiet
          text={node.inventory?.system.product || modelText(node)}
          title={modelText(node)}
          fallback={t('rack.notInspected')}
        />
      ),
      sortValue: ({ node }) => modelText(node),
    }),
    ofNode({
      id: 'hardware',
      header: t('rack.hardware'),
      width: 232,
      grow: 1.5,
      rank: 7,
      cell: ({ node }) => <Quiet text={hardwareText(t, node)} fallback="" />,
      sortValue: ({ node }) => node.inventory?.memoryBytes ?? 0,
    }),
    ofNode({
      id: 'nics',
      header: t('rack.nics'),
      width: 68,
      rank: 8,
      cell: ({ node, ports }) => <NicLamps inventory={node.inventory} ports={ports} />,
    }),
    ofNode({
      id: 'power',
      header: t('rack.power'),
      width: 98,
      rank: 3,
      cell: ({ node }) => (
        <ToneText tone={node.powerState === 'power on' ? 'good' : 'idle'}>
          {t(`power.${node.powerState}`)}
        </ToneText>
      ),
      sortValue: ({ node }) => node.powerState,
    }),
    ofNode({
      id: 'state',
      header: t('rack.state'),
      width: 172,
      rank: 2,
      cell: ({ node, deployment }) => <StateCell node={node} deployment={deployment} />,
      sortValue: ({ node }) => provisionStates.indexOf(node.provisionState),
    }),
    ofNode({
      id: 'event',
      header: t('rack.lastEvent'),
      width: 200,
      grow: 2,
      rank: 4,
      cell: ({ lastEvent }) => <LastEventCell event={lastEvent} />,
      sortValue: ({ lastEvent }) => -(lastEvent?.at ?? 0),
    }),
    ofNode({
      id: 'resourceClass',
      header: t('column.resourceClass'),
      width: 120,
      rank: 10,
      cell: ({ node }) => <Quiet text={node.resourceClass} fallback="" />,
      sortValue: ({ node }) => node.resourceClass,
    }),
    ofNode({
      id: 'labels',
      header: t('column.labels'),
      width: 150,
      grow: 1,
      rank: 11,
      cell: ({ node }) => <Quiet text={labelsText(node)} fallback="" />,
      sortValue: ({ node }) => labelsText(node),
    }),
  ];
}

/** All but those of its place, which has a column of its own. */
function labelsText(node: Node): string {
  return Object.entries(labelsOf(node))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

function NameCell({ node: { id, name, bmc, isVirtual } }: { readonly node: Node }) {
  const t = useT();
  return (
    <span className="name-cell">
      <span className="text-strong text-cut">{name}</span>
      {isVirtual && (
        <Chip variant="outlined" label={t('rack.virtual')} sx={{ height: 18, fontWeight: 400 }} />
      )}
      {bmc !== null && (
        <a
          className="row-link mono"
          href={consoleHref(id)}
          aria-label={t('console.of', { name })}
          title={t('console.open')}
          tabIndex={-1}
          onClick={event => event.stopPropagation()}
        >
          {'>_'}
        </a>
      )}
    </span>
  );
}

interface QuietProps {
  readonly text: string;
  readonly title?: string;
  readonly fallback: string;
}

function Quiet({ text, title = text, fallback }: QuietProps) {
  return text === '' ? <span className="text-quiet">{fallback}</span> : <span title={title}>{text}</span>;
}

function LastEventCell({ event }: { readonly event: TimelineEvent | undefined }) {
  const t = useT();
  const isCleaning = useWorld(
    ({ deployments }) => deployments.get(event?.deploymentId ?? '')?.kind === 'cleaning',
  );
  if (event === undefined) return null;
  const text = eventText(t, event, isCleaning);
  return (
    <span title={`${zonedText(event.at)}\n${text}`}>
      {text}
      <Age at={event.at} />
    </span>
  );
}

/** By itself, because it is all that a second changes. */
function Age({ at }: { readonly at: number }) {
  const t = useT();
  return <span className="text-quiet">{` · ${ageText(t, at, useNow())}`}</span>;
}
