import { Box, Button, MenuItem, Select } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { type MachineFault, machineFaults } from '#shared/model/machine-fault.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';

/** A simulated server can be broken on purpose, to see what that looks like here. */
export function FaultPanel({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const [fault, setFault] = useState<MachineFault>('none');
  const [told, setTold] = useState('');
  const set = useCommand(() => client.virtualRack.setFault({ nodeId: node.id, fault }));
  const submit = async () => {
    setTold('');
    if ((await set.run()) !== undefined) setTold(t('fault.set', { fault: t(`fault.${fault}`) }));
  };
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5 }}>
        <Select<MachineFault>
          value={fault}
          onChange={event => setFault(event.target.value)}
          slotProps={{ input: { 'aria-label': t('fault.title') } }}
          sx={{ minWidth: 240 }}
        >
          {machineFaults.map(name => (
            <MenuItem key={name} value={name}>
              {t(`fault.${name}`)}
            </MenuItem>
          ))}
        </Select>
        <Button variant="outlined" disabled={set.isPending} onClick={() => void submit()}>
          {t('fault.apply')}
        </Button>
      </Box>
      <Box role="status">{told}</Box>
      {set.error && <ErrorLines error={set.error} />}
    </>
  );
}
