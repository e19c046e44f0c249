import {
  Box,
  Checkbox,
  FormControlLabel,
  MenuItem,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from '@mui/material';
import { memo } from 'react';
import { rackGroupings } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ColumnsMenu } from './ColumnsMenu.tsx';
import { FilterSelect } from './FilterSelect.tsx';
import { isFiltered } from './rack-view.ts';
import { changeFilter, changeView, showLayout, useShownRack } from './rack-view-store.ts';
import { useModelChoices, useRackChoices, useStateChoices } from './use-choices.ts';
import { ViewMenu } from './ViewMenu.tsx';

/** How the inventory is shown: which view, which servers, in which groups, as a table or in their racks. */
function Toolbar({ foundCount }: { readonly foundCount: number }) {
  const t = useT();
  const { filter, grouping } = useShownRack(state => state.view);
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
      <TextField
        select
        label={t('view.grouping')}
        value={grouping}
        onChange={event =>
          changeView({ grouping: rackGroupings.find(name => name === event.target.value) ?? 'none' })
        }
        sx={{ width: 116 }}
      >
        {rackGroupings.map(name => (
          <MenuItem key={name} value={name}>
            {t(`view.grouping.${name}`)}
          </MenuItem>
        ))}
      </TextField>
      <FilterSelect
        label={t('rack.states')}
        useChoices={useStateChoices}
        chosen={filter.states}
        onChange={states => changeFilter({ states })}
      />
      <FilterSelect
        label={t('place.rack')}
        useChoices={useRackChoices}
        chosen={filter.racks}
        onChange={racks => changeFilter({ racks })}
      />
      <FilterSelect
        label={t('rack.model')}
        useChoices={useModelChoices}
        chosen={filter.models}
        onChange={models => changeFilter({ models })}
      />
      <FormControlLabel
        control={
          <Checkbox
            checked={filter.problemsOnly}
            onChange={(_, problemsOnly) => changeFilter({ problemsOnly })}
          />
        }
        label={t('view.problemsOnly')}
        sx={{ mr: 0 }}
      />
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
