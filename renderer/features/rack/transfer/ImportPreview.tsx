import { Box, Button, Checkbox, DialogActions, DialogContent, FormControlLabel } from '@mui/material';
import { useMemo, useRef, useState } from 'react';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Sort } from '../../../ui/table-columns.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { ColumnMeanings } from './ColumnMeanings.tsx';
import { checkRows } from './import-check.ts';
import { meaningsOf } from './import-columns.ts';
import { badColumnsOf, countsOf, type ImportItem, itemsOf } from './import-rows.ts';
import { isSameInventory, type KnownServers, knownServers } from './known-servers.ts';
import { type PreviewRow, previewColumns } from './preview-columns.tsx';
import { RowEditor } from './RowEditor.tsx';
import type { Sheet } from './SheetChoice.tsx';

interface Props {
  readonly sheet: Sheet;
  /** Another file, or other cells. */
  readonly onOther: () => void;
  readonly onTake: (items: readonly ImportItem[]) => void;
  readonly onLeave: () => void;
}

const asInFile: Sort = { columnId: '', isDescending: false };

/** Every row with what becomes of it; what is wrong is marked, and mended here. Nothing is stored yet. */
export function ImportPreview({ sheet, onOther, onTake, onLeave }: Props) {
  const t = useT();
  const [cells, setCells] = useState(sheet.rows);
  const [meanings, setMeanings] = useState(() => meaningsOf(sheet.header));
  const [onlyBad, setOnlyBad] = useState(false);
  const [changesKnown, setChangesKnown] = useState(false);
  const [openIndex, setOpenIndex] = useState<number | null>(null);
  const known = useKnownServers();
  const outcomes = useMemo(() => checkRows(cells, meanings, known), [cells, meanings, known]);
  const counts = countsOf(outcomes);
  const rows = useMemo(
    () =>
      outcomes
        .map((outcome, index): PreviewRow => ({ index, cells: cells[index] ?? [], outcome }))
        .filter(row => !onlyBad || row.outcome.is === 'bad' || row.index === openIndex),
    [outcomes, cells, onlyBad, openIndex],
  );
  const badColumns = [...new Set(outcomes.flatMap(badColumnsOf))].sort((a, b) => a - b).join();
  const columns = useMemo(
    () => previewColumns(t, sheet.header, meanings, changesKnown, new Set(badColumns.split(',').map(Number))),
    [t, sheet.header, meanings, changesKnown, badColumns],
  );
  const items = itemsOf(outcomes, changesKnown);
  const unknown = meanings.filter(meaning => meaning === null).length;
  const open = openIndex === null ? undefined : outcomes[openIndex];
  return (
    <>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        <ColumnMeanings header={sheet.header} meanings={meanings} onChange={setMeanings} />
        <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }} role="status">
          <ToneText tone="good">{t('import.new', { count: counts.created })}</ToneText>
          <ToneText tone={changesKnown ? 'busy' : 'idle'}>
            {changesKnown
              ? t('import.changed', { count: counts.changed })
              : t('import.left', { count: counts.known })}
          </ToneText>
          <ToneText tone={counts.bad > 0 ? 'failed' : 'good'}>
            {t('import.bad', { count: counts.bad })}
          </ToneText>
          <FormControlLabel
            control={<Checkbox checked={onlyBad} onChange={(_, checked) => setOnlyBad(checked)} />}
            label={t('import.onlyBad')}
            sx={{ ml: 'auto', mr: 0 }}
          />
        </Box>
        <Box
          sx={theme => ({
            height: Math.min(300, (rows.length + 1) * theme.measures.rowHeight + 4),
            border: `1px solid ${theme.colours.line}`,
          })}
        >
          <VirtualTable<PreviewRow>
            label={t('import.preview')}
            columns={columns}
            rows={rows}
            rowKey={rowKey}
            rowName={rowKey}
            sort={asInFile}
            onSort={() => undefined}
            onOpen={row => setOpenIndex(row.index)}
            openKey={openIndex === null ? null : String(openIndex)}
          />
        </Box>
        {openIndex !== null && open !== undefined && (
          <RowEditor
            key={openIndex}
            number={openIndex + 1}
            cells={cells[openIndex] ?? []}
            header={sheet.header}
            meanings={meanings}
            outcome={open}
            onChange={(column, text) =>
              setCells(all => all.with(openIndex, (all[openIndex] ?? []).with(column, text)))
            }
            onClose={() => setOpenIndex(null)}
          />
        )}
        <FormControlLabel
          control={<Checkbox checked={changesKnown} onChange={(_, checked) => setChangesKnown(checked)} />}
          label={t('import.changeKnown', { count: counts.changed })}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onOther} sx={{ mr: 'auto' }}>
          {t('import.other')}
        </Button>
        {unknown > 0 && <ToneText tone="waiting">{t('import.unknownColumns', { count: unknown })}</ToneText>}
        <Button onClick={onLeave}>{t('action.cancel')}</Button>
        <Button
          variant="contained"
          disabled={items.length === 0 || unknown > 0}
          onClick={() => onTake(items)}
        >
          {t(counts.bad > 0 ? 'import.takeGood' : 'import.take', { count: items.length })}
        </Button>
      </DialogActions>
    </>
  );
}

function rowKey({ index }: PreviewRow): string {
  return String(index);
}

function useKnownServers(): KnownServers {
  const nodes = useWorld(world => world.nodes);
  const ports = useWorld(world => world.ports);
  const last = useRef<{ nodes: typeof nodes; ports: typeof ports; known: KnownServers }>(null);
  return useMemo(() => {
    const before = last.current;
    if (before?.ports === ports && isSameInventory(before.nodes, nodes)) return before.known;
    const known = knownServers(nodes, ports.values());
    last.current = { nodes, ports, known };
    return known;
  }, [nodes, ports]);
}
