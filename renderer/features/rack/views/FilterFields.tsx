import { Checkbox, FormControlLabel, MenuItem, TextField } from '@mui/material';
import { rackGroupings } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FilterSelect } from './FilterSelect.tsx';
import { changeFilter, changeView, useShownRack } from './rack-view-store.ts';
import { useModelChoices, useRackChoices, useStateChoices } from './use-choices.ts';

/** What is shown and how it is grouped; side by side in the toolbar, or below each other where that has no room. */
export function FilterFields() {
  const t = useT();
  const { filter, grouping } = useShownRack(state => state.view);
  return (
    <>
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
    </>
  );
}
