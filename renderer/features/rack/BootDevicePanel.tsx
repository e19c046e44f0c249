import { Box, Button, FormControlLabel, MenuItem, Select, Switch } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';

const bootDevices = ['pxe', 'disk', 'cdrom', 'bios', 'none'] as const;
type BootDevice = (typeof bootDevices)[number];

/** Sets what the BMC boots next and says what it reads back: BMCs accept and forget. */
export function BootDevicePanel({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const [device, setDevice] = useState<BootDevice>('pxe');
  const [isPersistent, setPersistent] = useState(false);
  const [answer, setAnswer] = useState<{ accepted: boolean; readBack: string } | null>(null);
  const set = useCommand(() => client.nodes.setBootDevice({ id: node.id, device, persistent: isPersistent }));
  const submit = async () => {
    setAnswer(null);
    setAnswer((await set.run()) ?? null);
  };
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <Select<BootDevice>
          value={device}
          onChange={event => setDevice(event.target.value)}
          slotProps={{ input: { 'aria-label': t('sheet.bootDevice') } }}
          sx={{ minWidth: 160 }}
        >
          {bootDevices.map(name => (
            <MenuItem key={name} value={name}>
              {t(`bootDevice.${name}`)}
            </MenuItem>
          ))}
        </Select>
        <FormControlLabel
          control={<Switch checked={isPersistent} onChange={(_, checked) => setPersistent(checked)} />}
          label={t('bootDevice.persistent')}
        />
        <Button variant="outlined" disabled={set.isPending} onClick={() => void submit()}>
          {t('bootDevice.set')}
        </Button>
      </Box>
      <Box role="status">
        {answer &&
          t(answer.accepted ? 'bootDevice.accepted' : 'bootDevice.notAccepted', {
            readBack: answer.readBack,
          })}
      </Box>
      {set.error && <ErrorLines error={set.error} actions={{ retry: () => void submit() }} />}
    </>
  );
}
