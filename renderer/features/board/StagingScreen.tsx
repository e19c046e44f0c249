import SearchIcon from '@mui/icons-material/Search';
import { Box, Button, InputAdornment, TextField } from '@mui/material';
import { useMemo, useRef } from 'react';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { LiveText } from '../../ui/LiveText.tsx';
import { BoardHeader } from './BoardHeader.tsx';
import { BoardProvider } from './board-context.ts';
import type { Board } from './board-servers.ts';
import { changeOfDrop, type Held, type Target, verdictOf } from './carry.ts';
import { say, useCarry } from './carry-store.ts';
import { ImageShelf } from './ImageShelf.tsx';
import { NetworkShelf } from './NetworkShelf.tsx';
import { droppedText, refusalText, targetText } from './placement-text.ts';
import { stage } from './plan-store.ts';
import { SelectionStrip } from './SelectionStrip.tsx';
import { ServerColumn, type ServerList } from './ServerColumn.tsx';
import { useBoardState } from './use-board-state.ts';
import { useDrops } from './use-drag.ts';
import { remarkOf } from './use-place.ts';
import { useUndoKeys } from './use-undo-keys.ts';

/** The board: images, servers, networks. What is put together here is a plan and nothing else until Review. */
export function StagingScreen() {
  const t = useT();
  const { board, filter, setFilter, select } = useBoardState();
  const list = useRef<ServerList>(null);
  const isEmpty = useWorld(world => world.isLoaded && world.nodes.size === 0);
  const place = useMemo(() => {
    const drop = (held: Held, target: Target, on: Board = board) => {
      const verdict = verdictOf(held, target, on);
      const change = changeOfDrop(held, target, on);
      if (change !== undefined) {
        stage(change);
        say(droppedText(t, held, target, on));
      } else if (verdict?.ok === false)
        say(t('board.notOn', { name: targetText(t, target, on), reason: refusalText(t, verdict) }));
    };
    const show = (target: Target) => {
      if (target.is !== 'selection') list.current?.show(target.nodeId);
    };
    const remark = (held: Held, target: Target) => {
      const found = remarkOf(verdictOf(held, target, board));
      if (found === null) return '';
      return t('board.remark', { name: targetText(t, target, board), remark: refusalText(t, found) });
    };
    return { board, drop, show, remark };
  }, [t, board]);
  useDrops(place.drop, place.remark);
  useUndoKeys();
  return (
    <BoardProvider value={place}>
      <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
        <BoardHeader />
        <Box
          sx={theme => ({
            flex: 1,
            minHeight: 0,
            display: 'grid',
            gridTemplateColumns: 'minmax(210px, 1fr) minmax(0, 2.6fr) minmax(200px, 0.9fr)',
            gridTemplateRows: 'minmax(0, 1fr)',
            '& > :not(:last-child)': { borderRight: `1px solid ${theme.colours.line}` },
          })}
        >
          <ImageShelf />
          <Box
            component="section"
            aria-label={t('board.serverList')}
            sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, minWidth: 0 }}
          >
            {isEmpty ? (
              <NoServers />
            ) : (
              <>
                <FilterField filter={filter} onFilter={setFilter} />
                <SelectionStrip onSelect={select} />
                <ServerColumn
                  servers={board.servers}
                  selected={board.selected}
                  onSelect={select}
                  list={list}
                />
              </>
            )}
          </Box>
          <NetworkShelf />
        </Box>
        <CarryVoice />
      </Box>
    </BoardProvider>
  );
}

/** What happens to the thing in hand, seen at the foot and spoken; before that, how it goes. */
function CarryVoice() {
  const t = useT();
  const said = useCarry(carry => carry.said);
  return (
    <>
      <LiveText text={said} />
      <Box
        aria-hidden={said !== ''}
        sx={theme => ({
          px: 2,
          py: 0.5,
          borderTop: `1px solid ${theme.colours.line}`,
          backgroundColor: theme.colours.raised,
          overflow: 'hidden',
          whiteSpace: 'nowrap',
          textOverflow: 'ellipsis',
          ...(said === '' && { color: 'text.secondary' }),
        })}
        title={said}
      >
        {said === '' ? t('board.hint') : said}
      </Box>
    </>
  );
}

function FilterField({
  filter,
  onFilter,
}: {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}) {
  const t = useT();
  return (
    <Box sx={{ p: 1.5, pb: 1 }}>
      <TextField
        value={filter}
        onChange={event => onFilter(event.target.value)}
        placeholder={t('board.filterHint')}
        slotProps={{
          htmlInput: { 'aria-label': t('board.filter'), spellCheck: false },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon fontSize="small" />
              </InputAdornment>
            ),
          },
        }}
      />
    </Box>
  );
}

function NoServers() {
  const t = useT();
  return (
    <EmptyState
      title={t('board.noServers')}
      actions={
        <Button variant="contained" onClick={() => goTo('rack')}>
          {t('board.openRack')}
        </Button>
      }
    >
      {t('board.noServersHint')}
    </EmptyState>
  );
}
