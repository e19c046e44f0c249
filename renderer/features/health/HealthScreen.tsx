import { Box, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useMemo, useRef, useState } from 'react';
import type { Alarm } from '#shared/contract/index.ts';
import type { AlarmId, NodeId } from '#shared/model/ids.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { goTo } from '../../app/route.ts';
import { useAlarms } from '../../client/alarms.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { NodeSheet } from '../rack/NodeSheet.tsx';
import { AlarmSheet } from './alarms/AlarmSheet.tsx';
import { AlarmsView } from './alarms/AlarmsView.tsx';
import { type AlarmRow, alarmRows, stageCounts, worstOpen } from './alarms/alarm-rows.ts';
import { FleetView, NoFleet } from './fleet/FleetView.tsx';
import { type FleetRow, fleetRows } from './fleet/fleet-rows.ts';
import { useFleet } from './fleet/use-fleet.ts';

const parts = ['servers', 'alarms'] as const;
type Part = (typeof parts)[number];

/** `#/health`, `#/health/<server>/<tab>/<sensor>`, `#/health/alarms/<alarm>`. */
export function HealthScreen({ path }: ScreenProps) {
  const [first, second] = path;
  return first === 'alarms' ? <Alarms openId={second} /> : <Servers path={path} />;
}

function Servers({ path: [openId, tab = 'sensors', sheetPart] }: ScreenProps) {
  const t = useT();
  const [text, setText] = useState('');
  const [isWide, setSheetWide] = useState(false);
  const content = useRef<HTMLDivElement>(null);
  const { rows, isLoaded } = useFleetRows();
  const isSheetWide = isWide && openId !== undefined;
  const closeSheet = () => {
    setSheetWide(false);
    goTo('health');
    content.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
  };
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box
        ref={content}
        sx={{ flex: 1, minWidth: 0, display: isSheetWide ? 'none' : 'flex', flexDirection: 'column' }}
      >
        <Header
          part="servers"
          detail={t('rack.servers', { count: rows.length })}
          text={text}
          onText={setText}
        />
        {isLoaded &&
          (rows.length === 0 ? <NoFleet /> : <FleetView rows={rows} text={text} openId={openId} />)}
      </Box>
      {openId !== undefined && (
        <NodeSheet
          key={openId}
          nodeId={openId as NodeId}
          tab={tab}
          part={sheetPart}
          isWide={isSheetWide}
          onWide={setSheetWide}
          onGo={(...address) => goTo('health', openId, ...address)}
          onClose={closeSheet}
        />
      )}
    </Box>
  );
}

function useFleetRows() {
  const fleet = useFleet();
  const nodes = useWorld(world => world.nodes);
  const isWorldLoaded = useWorld(world => world.isLoaded);
  const alarms = useAlarms(({ byId }) => byId);
  const worst = useMemo(() => worstOpen(alarms.values()), [alarms]);
  const known = useRef<readonly FleetRow[]>([]);
  known.current = useMemo(
    () => (fleet === null ? [] : fleetRows(nodes, fleet, worst, known.current)),
    [nodes, fleet, worst],
  );
  return { rows: known.current, isLoaded: isWorldLoaded && fleet !== null };
}

function useAlarmRows(alarms: ReadonlyMap<AlarmId, Alarm>): readonly AlarmRow[] {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  const known = useRef({ t, rows: noAlarms });
  return useMemo(() => {
    const rows = alarmRows(t, alarms, nodes, known.current.t === t ? known.current.rows : noAlarms);
    known.current = { t, rows };
    return rows;
  }, [t, alarms, nodes]);
}

const noAlarms: readonly AlarmRow[] = [];

function Alarms({ openId }: { readonly openId: string | undefined }) {
  const t = useT();
  const [text, setText] = useState('');
  const { byId, isLoaded } = useAlarms();
  const rows = useAlarmRows(byId);
  const openRow = rows.find(({ id }) => id === openId);
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <Header
          part="alarms"
          detail={t('alarms.waiting', { count: stageCounts(rows).open })}
          text={text}
          onText={setText}
        />
        {isLoaded && <AlarmsView rows={rows} text={text} openRow={openRow} />}
      </Box>
      {openRow && <AlarmSheet key={openRow.id} row={openRow} />}
    </Box>
  );
}

interface HeaderProps {
  readonly part: Part;
  readonly detail: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function Header({ part, detail, text, onText }: HeaderProps) {
  const t = useT();
  return (
    <ScreenHeader title={t('health.title')} detail={detail}>
      <TextField
        value={text}
        onChange={event => onText(event.target.value)}
        placeholder={t(`health.search.${part}`)}
        sx={{ flex: '1 1 110px', maxWidth: 230 }}
        slotProps={{
          htmlInput: { 'aria-label': t(`health.search.${part}`), type: 'search', maxLength: 200 },
        }}
      />
      <ToggleButtonGroup
        exclusive
        aria-label={t('health.shown')}
        value={part}
        onChange={(_, picked: Part | null) => {
          if (picked !== null) goTo('health', ...(picked === 'alarms' ? [picked] : []));
        }}
      >
        {parts.map(name => (
          <ToggleButton key={name} value={name}>
            {t(`health.part.${name}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </ScreenHeader>
  );
}
