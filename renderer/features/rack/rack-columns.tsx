import { Box, Chip } from '@mui/material';
import type { TimelineEvent } from '#shared/contract/index.ts';
import { provisionStates } from '#shared/model/provision-state.ts';
import { useWorld } from '../../client/world-store.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import type { Column } from '../../ui/table-columns.ts';
import { ageText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { eventText } from '../timeline/event-text.ts';
import { hardwareText, modelText } from './hardware-text.ts';
import { NicLamps } from './NicLamps.tsx';
import type { NodeRow, RackRow } from './rack-rows.ts';
import { StateCell } from './StateCell.tsx';

type NodeColumn = Omit<Column<RackRow>, 'cell' | 'sortValue'> & {
  readonly cell: (row: NodeRow) => React.ReactNode;
  readonly sortValue?: (row: NodeRow) => string | number;
};

/** Discovered machines have a line of their own and are never asked for a cell. */
function ofNode({ cell, sortValue, ...column }: NodeColumn): Column<RackRow> {
  return {
    ...column,
    cell: row => (row.is === 'node' ? cell(row) : null),
    ...(sortValue && { sortValue: row => (row.is === 'node' ? sortValue(row) : '') }),
  };
}

export function rackColumns(t: Translate): readonly Column<RackRow>[] {
  return [
    ofNode({
      id: 'name',
      header: t('rack.name'),
      width: 150,
      grow: 1,
      rank: 1,
      cell: ({ node }) => <NameCell name={node.name} isVirtual={node.isVirtual} />,
      sortValue: ({ node }) => node.name,
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
      grow: 1,
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
  ];
}

function NameCell({ name, isVirtual }: { readonly name: string; readonly isVirtual: boolean }) {
  const t = useT();
  return (
    <Box component="span" sx={{ fontWeight: 600, display: 'inline-flex', gap: 1, alignItems: 'center' }}>
      {name}
      {isVirtual && (
        <Chip variant="outlined" label={t('rack.virtual')} sx={{ height: 18, fontWeight: 400 }} />
      )}
    </Box>
  );
}

interface QuietProps {
  readonly text: string;
  readonly title?: string;
  readonly fallback: string;
}

function Quiet({ text, title = text, fallback }: QuietProps) {
  return text === '' ? (
    <Box component="span" sx={{ color: 'text.secondary' }}>
      {fallback}
    </Box>
  ) : (
    <span title={title}>{text}</span>
  );
}

function LastEventCell({ event }: { readonly event: TimelineEvent | undefined }) {
  const t = useT();
  const now = useNow();
  const isCleaning = useWorld(
    ({ deployments }) => deployments.get(event?.deploymentId ?? '')?.kind === 'cleaning',
  );
  if (event === undefined) return null;
  const text = eventText(t, event, isCleaning);
  return (
    <span title={`${zonedText(event.at)}\n${text}`}>
      {text}
      <Box component="span" sx={{ color: 'text.secondary' }}>{` · ${ageText(t, event.at, now)}`}</Box>
    </span>
  );
}
