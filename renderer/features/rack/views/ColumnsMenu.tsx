import ArrowDownwardIcon from '@mui/icons-material/ArrowDownward';
import ArrowUpwardIcon from '@mui/icons-material/ArrowUpward';
import ViewColumnIcon from '@mui/icons-material/ViewColumnOutlined';
import { Box, Checkbox, FormControlLabel, IconButton, Popover, Tooltip } from '@mui/material';
import { useId, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { withMovedRow } from '../../../ui/list-rows.ts';
import { type ColumnId, columnIds, shownColumnIds, withToggledColumn } from './rack-view.ts';
import { changeView, useShownRack } from './rack-view-store.ts';

/** Which columns are shown, and in which order. */
export function ColumnsMenu() {
  const t = useT();
  const titleId = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const view = useShownRack(state => state.view);
  const shown = shownColumnIds(view);
  const all = [...shown, ...columnIds.filter(id => !shown.includes(id))];
  const set = (ids: readonly ColumnId[]) => changeView({ columnIds: [...ids] });
  return (
    <>
      <Tooltip title={t('view.columns')}>
        <IconButton
          aria-label={t('view.columns')}
          aria-haspopup="dialog"
          aria-expanded={anchor !== null}
          onClick={event => setAnchor(event.currentTarget)}
        >
          <ViewColumnIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-labelledby': titleId } }}
      >
        <Box sx={{ p: 1.5, width: 280 }}>
          <Box id={titleId} sx={{ fontWeight: 600, mb: 0.5 }}>
            {t('view.columns')}
          </Box>
          {all.map(id => (
            <Box key={id} sx={{ display: 'flex', alignItems: 'center' }}>
              <FormControlLabel
                control={
                  <Checkbox
                    checked={shown.includes(id)}
                    disabled={shown.length === 1 && shown.includes(id)}
                    onChange={() => set(withToggledColumn(shown, id))}
                    sx={{ py: 0.25 }}
                  />
                }
                label={t(`column.${id}`)}
                sx={{ flex: 1 }}
              />
              {shown.includes(id) && (
                <>
                  <IconButton
                    aria-label={t('list.up', { name: t(`column.${id}`) })}
                    disabled={id === shown[0]}
                    onClick={() => set(withMovedRow(shown, shown.indexOf(id), -1))}
                  >
                    <ArrowUpwardIcon fontSize="inherit" />
                  </IconButton>
                  <IconButton
                    aria-label={t('list.down', { name: t(`column.${id}`) })}
                    disabled={id === shown.at(-1)}
                    onClick={() => set(withMovedRow(shown, shown.indexOf(id), 1))}
                  >
                    <ArrowDownwardIcon fontSize="inherit" />
                  </IconButton>
                </>
              )}
            </Box>
          ))}
          <Box sx={{ color: 'text.secondary', mt: 1 }}>{t('view.columnsHelp')}</Box>
        </Box>
      </Popover>
    </>
  );
}
