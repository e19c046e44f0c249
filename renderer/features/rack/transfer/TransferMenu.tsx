import ArrowDropDownIcon from '@mui/icons-material/ArrowDropDown';
import { Button, Divider, Menu, MenuItem } from '@mui/material';
import { useState } from 'react';
import { notify } from '../../../app/notifications.ts';
import { openOverlay } from '../../../app/overlay.ts';
import { toCodedError } from '../../../client/coded-error.ts';
import { saveFile } from '../../../client/save-file.ts';
import { useT } from '../../../i18n/i18n.ts';
import { dateText } from '../../../ui/time-text.ts';
import type { NodeRow } from '../rack-rows.ts';
import { shownColumnIds } from '../views/rack-view.ts';
import { useShownRack } from '../views/rack-view-store.ts';
import { formatCsv } from './delimited.ts';
import { exportCells } from './export-cells.ts';

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Servers from files, and what is shown into files. */
export function TransferMenu({ shown }: { readonly shown: readonly NodeRow[] }) {
  const t = useT();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const view = useShownRack(state => state.view);
  const choose = (act: () => void) => () => {
    setAnchor(null);
    act();
  };
  const cells = () => exportCells(t, shown, shownColumnIds(view));
  const fileName = (extension: string) => `rackside-${dateText(Date.now())}.${extension}`;
  const saveWorkbook = async () => {
    try {
      const { writeWorkbook } = await import('./workbook.ts');
      saveFile(fileName('xlsx'), await writeWorkbook(t('rack.title'), cells()), workbookType);
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  };
  return (
    <>
      <Button
        variant="outlined"
        endIcon={<ArrowDropDownIcon />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={event => setAnchor(event.currentTarget)}
      >
        {t('transfer.menu')}
      </Button>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        <MenuItem onClick={choose(() => openOverlay({ is: 'import-servers' }))}>{t('import.open')}</MenuItem>
        <Divider />
        <MenuItem
          disabled={shown.length === 0}
          onClick={choose(() => saveFile(fileName('csv'), formatCsv(cells()), 'text/csv'))}
        >
          {t('export.csv', { count: shown.length })}
        </MenuItem>
        <MenuItem disabled={shown.length === 0} onClick={choose(() => void saveWorkbook())}>
          {t('export.xlsx', { count: shown.length })}
        </MenuItem>
      </Menu>
    </>
  );
}
