import { Chip } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';

interface Props {
  readonly label: string;
  readonly tabIndex: number;
  readonly onRemove: () => void;
}

/** Something staged. Its cross, Delete or Backspace takes it away again. */
export function StagedChip({ label, tabIndex, onRemove }: Props) {
  const t = useT();
  return (
    <Chip
      label={label}
      variant="outlined"
      color="primary"
      tabIndex={tabIndex}
      aria-label={t('board.stagedThing', { name: label })}
      onDelete={onRemove}
    />
  );
}
