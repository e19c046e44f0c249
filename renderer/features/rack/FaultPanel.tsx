import { Box, Button, MenuItem, Select } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';

const faults = [
  'none',
  'bmc-slow',
  'bmc-silent',
  'packet-loss',
  'power-loss',
  'disk-first',
  'disk-fails',
] as const;
type Fault = (typeof faults)[number];

/** A simulated server can be broken on purpose, to see what that looks like here. */
export function FaultPanel({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const [fault, setFault] = useState<Fault>('none');
  const [told, setTold] = useState('');
  const set = useCommand(() => client.virtualRack.setFault({ nodeId: node.id, fault }));
  const submit = async () => {
    setTold('');
    if ((await set.run()) !== undefined) setTold(t('fault.set', { fault: t(`fault.${fault}`) }));
  };
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5 }}>
        <Select<Fault>
          value={fault}
          onChange={event => setFault(event.target.value)}
          slotProps={{ input: { 'aria-label': t('fault.title') } }}
          sx={{ minWidth: 240 }}
        >
          {faults.map(name => (
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
