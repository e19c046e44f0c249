import { Box, Checkbox } from '@mui/material';
import type { Disk, Node } from '#shared/contract/index.ts';
import { DiskLines } from './DiskLines.tsx';

interface Props {
  readonly node: Node;
  readonly disk: Disk;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** A disk of several that may be chosen. */
export function DiskCheck({ node, disk, isChecked, onChange }: Props) {
  return (
    <Box component="label" sx={{ display: 'flex', gap: 0.5, alignItems: 'flex-start', cursor: 'pointer' }}>
      <Checkbox
        checked={isChecked}
        onChange={(_, checked) => onChange(checked)}
        slotProps={{ input: { value: disk.name } }}
        sx={{ p: 0.5 }}
      />
      <Box sx={{ pt: '3px', minWidth: 0 }}>
        <DiskLines node={node} disk={disk} />
      </Box>
    </Box>
  );
}
