import { Box } from '@mui/material';
import type { Inventory } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { ageText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';

/** How old the list of disks is. */
export function InventoryAge({ inventory }: { readonly inventory: Inventory }) {
  const t = useT();
  const now = useNow();
  return (
    <Box sx={{ color: 'text.secondary' }} title={zonedText(inventory.takenAt)}>
      {t('disk.seen', { age: ageText(t, inventory.takenAt, now) })}
    </Box>
  );
}
