import { Box, Button, FormControlLabel, Switch, TextField } from '@mui/material';
import { useState } from 'react';
import type { Port } from '#shared/contract/index.ts';
import { parseIpv4 } from '#shared/model/ip.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { type LeftEdit, left, shownText, textToStore } from './left-edit.ts';

type PortChange = Partial<
  Pick<Port, 'pxeEnabled' | 'segmentationId' | 'physicalNetwork' | 'reservedAddress'>
>;

/** What a person says of a NIC; each field is stored when it is left. */
export function PortFields({ port }: { readonly port: Port }) {
  const t = useT();
  const client = useClient();
  const update = useCommand((change: PortChange) => client.ports.update({ id: port.id, ...change }));
  return (
    <>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'flex-start', flexWrap: 'wrap' }}>
        <FormControlLabel
          control={
            <Switch checked={port.pxeEnabled} onChange={(_, pxeEnabled) => void update.run({ pxeEnabled })} />
          }
          label={t('nic.pxeEnabled')}
        />
        <RemovePort port={port} />
      </Box>
      <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: '110px 1fr 1fr' }}>
        <LeftField
          label={t('nic.vlanId')}
          stored={port.segmentationId?.toString() ?? ''}
          wrong={t('nic.vlanRange')}
          read={readVlan}
          onChange={segmentationId => void update.run({ segmentationId })}
        />
        <LeftField
          label={t('networks.physicalNetwork')}
          stored={port.physicalNetwork}
          wrong={t('networks.wrong.physicalNetwork')}
          read={text => (text.length > 80 ? undefined : text)}
          onChange={physicalNetwork => void update.run({ physicalNetwork })}
        />
        <LeftField
          label={t('nic.reservedAddress')}
          stored={port.reservedAddress ?? ''}
          wrong={t('nic.notAnAddress')}
          read={text => (text === '' ? null : parseIpv4(text))}
          onChange={reservedAddress => void update.run({ reservedAddress })}
        />
      </Box>
      {update.error && <ErrorLines error={update.error} />}
    </>
  );
}

function readVlan(text: string): number | null | undefined {
  if (text === '') return null;
  return /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 4094 ? Number(text) : undefined;
}

interface LeftFieldProps<Value> {
  readonly label: string;
  readonly stored: string;
  readonly wrong: string;
  /** Undefined: it cannot be used. */
  readonly read: (text: string) => Value | undefined;
  readonly onChange: (value: Value) => void;
}

/** Stored when the field is left, if it is right and somebody typed it. */
function LeftField<Value>({ label, stored, wrong, read, onChange }: LeftFieldProps<Value>) {
  const [edit, setEdit] = useState<LeftEdit | null>(null);
  const text = shownText(edit, stored);
  const isWrong = read(text.trim()) === undefined;
  const leave = () => {
    const changed = textToStore(edit, stored);
    setEdit(left(edit, stored));
    const value = changed === null ? undefined : read(changed);
    if (value !== undefined) onChange(value);
  };
  return (
    <TextField
      label={label}
      value={text}
      error={isWrong}
      helperText={isWrong ? wrong : undefined}
      onChange={event => setEdit({ text: event.target.value, over: stored, isLeft: false })}
      onBlur={leave}
    />
  );
}

function RemovePort({ port }: { readonly port: Port }) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useCommand(() => client.ports.remove({ id: port.id }));
  return (
    <>
      <Button onClick={() => setAsking(true)} sx={{ ml: 'auto' }}>
        {t('nic.remove')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('nic.removeTitle', { mac: port.address })}
          action={t('nic.removeAction')}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void remove.run()}
          onClose={() => setAsking(false)}
        >
          {t('nic.removeText')}
        </ConfirmDialog>
      )}
    </>
  );
}
