import ArrowDropDownIcon from '@mui/icons-material/ArrowDropDown';
import { Box, Button, Popover } from '@mui/material';
import { useId, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { FilterFields } from './FilterFields.tsx';

/** The toolbar's fields behind a button, beside an open sheet. */
export function FiltersMenu() {
  const t = useT();
  const buttonId = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        id={buttonId}
        variant="outlined"
        endIcon={<ArrowDropDownIcon />}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={event => setAnchor(event.currentTarget)}
      >
        {t('view.filters')}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-labelledby': buttonId } }}
      >
        <Box sx={{ p: 2, display: 'grid', gap: 1.5, '& > .MuiFormControl-root': { width: 240 } }}>
          <FilterFields />
        </Box>
      </Popover>
    </>
  );
}
