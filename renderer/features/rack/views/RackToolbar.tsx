import { Box, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { memo } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { ColumnsMenu } from './ColumnsMenu.tsx';
import { FilterFields } from './FilterFields.tsx';
import { FiltersMenu } from './FiltersMenu.tsx';
import { isFiltered } from './rack-view.ts';
import { showLayout, useShownRack } from './rack-view-store.ts';
import { ViewMenu } from './ViewMenu.tsx';

interface Props {
  readonly foundCount: number;
  /** A sheet is open beside it. */
  readonly isNarrow: boolean;
}

/** How the inventory is shown: which view, which servers, in which groups, as a table or in their racks. */
function Toolbar({ foundCount, isNarrow }: Props) {
  const t = useT();
  const filter = useShownRack(state => state.view.filter);
  const layout = useShownRack(state => state.layout);
  return (
    <Box
      role="toolbar"
      aria-label={t('view.toolbar')}
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        flexWrap: 'wrap',
        gap: 1,
        px: 2,
        py: 0.75,
        borderBottom: `1px solid ${theme.colours.line}`,
      })}
    >
      <ViewMenu />
      {isNarrow ? <FiltersMenu /> : <FilterFields />}
      <Box component="span" role="status" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {isFiltered(filter) && t('rack.shown', { count: foundCount })}
      </Box>
      <Box sx={{ ml: 'auto', display: 'flex', gap: 1 }}>
        {layout === 'table' && <ColumnsMenu />}
        <ToggleButtonGroup
          exclusive
          value={layout}
          aria-label={t('view.layout')}
          onChange={(_, chosen: 'table' | 'elevation' | null) => showLayout(chosen ?? layout)}
        >
          <ToggleButton value="table">{t('view.table')}</ToggleButton>
          <ToggleButton value="elevation">{t('view.elevation')}</ToggleButton>
        </ToggleButtonGroup>
      </Box>
    </Box>
  );
}

/** Not drawn again for each row that changes. */
export const RackToolbar = memo(Toolbar);
