import { Box } from '@mui/material';
import { useMemo } from 'react';
import { type Node, powerKey, type SensorReadingRow } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { useNow } from '../../../ui/use-now.ts';
import { useFleet } from '../fleet/use-fleet.ts';
import { FruList } from './FruList.tsx';
import { powerReading } from './power-reading.ts';
import { ReadingHeader } from './ReadingHeader.tsx';
import { SensorTable } from './SensorTable.tsx';
import { groupedSensors } from './sensor-groups.ts';
import type { TimeSpan } from './time-span.ts';
import { UnavailableSensors } from './UnavailableSensors.tsx';
import { useHistory, useSensors } from './use-sensors.ts';

/** With the library that draws, which nothing else needs. */
const SensorDialog = lazyPart(async () => (await import('./SensorDialog.tsx')).SensorDialog);

interface Props {
  readonly node: Node;
  /** The sheet has the whole screen for itself, and its name is the screen's heading. */
  readonly isWide: boolean;
  /** The sensor whose chart is open: its key, or its name where an alarm leads here. */
  readonly openKey: string | undefined;
  readonly onOpen: (key: string | undefined) => void;
}

const dayMs = 86_400_000;
/** How often a picture of a day has something new to show. */
const redrawMs = 5 * 60_000;
const sparkPoints = 96;

/** What the BMC measures, with a day of each value. */
export function SensorsTab({ node, isWide, openKey, onOpen }: Props) {
  const t = useT();
  const sensors = useReadings(node.id);
  const { groups, unavailable } = useMemo(() => groupedSensors(sensors ?? []), [sensors]);
  const span = useLastDay();
  const keys = useKeysWithValue(sensors);
  const { history } = useHistory(node.id, keys, span, sparkPoints);
  const open = sensors?.find(({ key }) => key === openKey) ?? sensors?.find(({ name }) => name === openKey);
  if (node.bmc === null) return <Box sx={{ p: 2, color: 'text.secondary' }}>{t('sensors.noBmc')}</Box>;
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 2, alignContent: 'start' }}>
      <ReadingHeader nodeId={node.id} onPower={() => onOpen(powerKey)} />
      {sensors?.length === 0 && <EmptyState title={t('sensors.none')}>{t('sensors.noneText')}</EmptyState>}
      {groups.map(group => (
        <SensorTable
          key={group.type}
          group={group}
          history={history}
          span={span}
          level={isWide ? 2 : 3}
          onOpen={onOpen}
        />
      ))}
      {unavailable.length > 0 && <UnavailableSensors sensors={unavailable} />}
      {sensors !== null && <FruList nodeId={node.id} />}
      {open?.value != null && (
        <SensorDialog nodeId={node.id} sensor={open} onClose={() => onOpen(undefined)} />
      )}
    </Box>
  );
}

/** The sensors, and with them what the machine draws where its BMC measures that (DCMI). Null until the first answer. */
function useReadings(nodeId: Node['id']): readonly SensorReadingRow[] | null {
  const t = useT();
  const sensors = useSensors(nodeId);
  const health = useFleet()?.get(nodeId);
  const [watts, at] = [health?.powerWatts ?? null, health?.readAt ?? null];
  return useMemo(() => {
    if (sensors === null || watts === null || at === null) return sensors;
    return [...sensors, powerReading(t('sensors.powerDraw'), watts, at)];
  }, [t, sensors, watts, at]);
}

/** The same object for some minutes. */
function useLastDay(): TimeSpan {
  const to = Math.ceil(useNow() / redrawMs) * redrawMs;
  return useMemo(() => ({ from: to - dayMs, to }), [to]);
}

/** The same list while no sensor comes or goes. */
function useKeysWithValue(sensors: readonly SensorReadingRow[] | null): readonly string[] {
  const keys = sensors?.filter(({ value }) => value !== null).map(({ key }) => key) ?? [];
  const joined = JSON.stringify(keys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `joined` is what they are
  return useMemo(() => keys, [joined]);
}
