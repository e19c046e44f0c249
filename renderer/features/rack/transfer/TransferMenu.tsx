import ArrowDropDownIcon from '@mui/icons-material/ArrowDropDown';
import ImportExportIcon from '@mui/icons-material/ImportExport';
import { Button, Divider, IconButton, Menu, MenuItem, Tooltip } from '@mui/material';
import { type MouseEvent, useState } from 'react';
import { notify } from '../../../app/notifications.ts';
import { openOverlay } from '../../../app/overlay.ts';
import { useConnection } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { saveSheet } from '../../../client/save-sheet.ts';
import { useT } from '../../../i18n/i18n.ts';
import { dateText } from '../../../ui/time-text.ts';
import type { NodeRow } from '../rack-rows.ts';
import { shownColumnIds } from '../views/rack-view.ts';
import { useShownRack } from '../views/rack-view-store.ts';
import { type Cells, formatCsv } from './delimited.ts';
import { exportCells } from './export-cells.ts';

interface Props {
  /** The servers that are shown now. Asked for when the menu opens: they change many times a second. */
  readonly shownNow: () => readonly NodeRow[];
  readonly isSmall: boolean;
}

const nothing: readonly NodeRow[] = [];

/** Servers from files, and what is shown into files. */
export function TransferMenu({ shownNow, isSmall }: Props) {
  const t = useT();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [shown, setShown] = useState(nothing);
  const view = useShownRack(state => state.view);
  const choose = (act: () => void) => () => {
    setAnchor(null);
    setShown(nothing);
    act();
  };
  const { host } = useConnection();
  const save = async (extension: 'csv' | 'xlsx') => {
    const cells = exportCells(t, shown, shownColumnIds(view));
    const name = `rackside-${dateText(Date.now())}.${extension}`;
    try {
      const content = extension === 'csv' ? formatCsv(cells) : await workbookOf(t('rack.title'), cells);
      await saveSheet(host, t('export.title'), name, content);
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  };
  const opener = {
    'aria-haspopup': 'menu' as const,
    'aria-expanded': anchor !== null,
    onClick: (event: MouseEvent<HTMLElement>) => {
      setShown(shownNow());
      setAnchor(event.currentTarget);
    },
  };
  return (
    <>
      {isSmall ? (
        <Tooltip title={t('transfer.menu')}>
          <IconButton aria-label={t('transfer.menu')} {...opener}>
            <ImportExportIcon fontSize="small" />
          </IconButton>
        </Tooltip>
      ) : (
        <Button variant="outlined" endIcon={<ArrowDropDownIcon />} {...opener}>
          {t('transfer.menu')}
        </Button>
      )}
      <Menu open={anchor !== null} anchorEl={anchor} onClose={choose(() => undefined)}>
        <MenuItem onClick={choose(() => openOverlay({ is: 'import-servers' }))}>{t('import.open')}</MenuItem>
        <Divider />
        <MenuItem disabled={shown.length === 0} onClick={choose(() => void save('csv'))}>
          {t('export.csv', { count: shown.length })}
        </MenuItem>
        <MenuItem disabled={shown.length === 0} onClick={choose(() => void save('xlsx'))}>
          {t('export.xlsx', { count: shown.length })}
        </MenuItem>
      </Menu>
    </>
  );
}

/** Its writer is loaded by those who want a workbook. */
async function workbookOf(name: string, cells: Cells): Promise<Uint8Array<ArrayBuffer>> {
  const { writeWorkbook } = await import('./workbook.ts');
  return await writeWorkbook(name, cells);
}
