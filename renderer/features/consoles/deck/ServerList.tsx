import { Box, MenuItem, Select, TextField } from '@mui/material';
import { useMemo, useState } from 'react';
import { type ConsoleState, consoleStates } from '#shared/contract/index.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { type Column, nextSort, type Sort, sortedRows } from '../../../ui/table-columns.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { useConsoleStates } from '../console-states.ts';
import { openConsole } from '../open-console.ts';
import { consoleTone } from '../state-tone.ts';
import { type ServerRow, serverRows } from './server-rows.ts';
import { useTabs } from './tabs-store.ts';

/** Every server that has a BMC, with the state of its console; a click or Enter opens it. */
export function ServerList() {
  const t = useT();
  const [text, setText] = useState('');
  const [state, setState] = useState<ConsoleState | ''>('');
  const [sort, setSort] = useState<Sort>({ columnId: 'name', isDescending: false });
  const nodes = useWorld(world => world.nodes);
  const states = useConsoleStates(known => known.byNode);
  const activeId = useTabs(tabs => tabs.activeId);
  const columns = useMemo<readonly Column<ServerRow>[]>(
    () => [
      {
        id: 'name',
        header: t('rack.name'),
        width: 110,
        grow: 1,
        rank: 1,
        cell: row => <span className="text-strong">{row.name}</span>,
        sortValue: row => row.name,
      },
      {
        id: 'state',
        header: t('consoles.console'),
        width: 120,
        rank: 2,
        cell: row => <ToneText tone={consoleTone[row.state]}>{t(`consoleState.${row.state}`)}</ToneText>,
        sortValue: row => consoleStates.indexOf(row.state),
      },
    ],
    [t],
  );
  const rows = useMemo(
    () => sortedRows(serverRows(nodes.values(), states, { text, state }), columns, sort),
    [nodes, states, text, state, columns, sort],
  );
  return (
    <Box
      component="section"
      aria-label={t('consoles.servers')}
      sx={theme => ({
        flex: 'none',
        width: 264,
        display: 'flex',
        flexDirection: 'column',
        minHeight: 0,
        borderRight: `1px solid ${theme.colours.line}`,
      })}
    >
      <Box sx={{ display: 'flex', gap: 0.5, p: 1 }}>
        <TextField
          value={text}
          onChange={event => setText(event.target.value)}
          placeholder={t('consoles.search')}
          slotProps={{ htmlInput: { 'aria-label': t('consoles.search'), type: 'search' } }}
          sx={{ flex: 1 }}
        />
        <Select<ConsoleState | ''>
          displayEmpty
          value={state}
          onChange={event => setState(event.target.value)}
          slotProps={{ input: { 'aria-label': t('consoles.filter') } }}
          sx={{ width: 112 }}
        >
          <MenuItem value="">{t('consoles.allStates')}</MenuItem>
          {consoleStates.map(name => (
            <MenuItem key={name} value={name}>
              {t(`consoleState.${name}`)}
            </MenuItem>
          ))}
        </Select>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0 }}>
        <VirtualTable<ServerRow>
          label={t('consoles.servers')}
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          rowName={rowName}
          sort={sort}
          onSort={columnId => setSort(known => nextSort(known, columnId))}
          onOpen={openRow}
          openKey={activeId}
        />
      </Box>
    </Box>
  );
}

const rowKey = ({ nodeId }: ServerRow): string => nodeId;
const rowName = ({ name }: ServerRow): string => name;
const openRow = ({ nodeId }: ServerRow): void => openConsole(nodeId);
