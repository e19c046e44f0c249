import { Box, Button, Typography } from '@mui/material';
import { useCallback, useEffect, useState } from 'react';
import type { Node, RescueAccess } from '#shared/contract/index.ts';
import { useConnection } from '../../../client/client-context.tsx';
import { saveSheet } from '../../../client/save-sheet.ts';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { startAction } from '../perform-action.ts';
import { MountedList } from './MountedList.tsx';
import { RamdiskLogs } from './RamdiskLogs.tsx';
import { signInCommand } from './sign-in-command.ts';

/** A server in its rescue system: how to get in, its files, its logs, and the way out. */
export function RescuePanel({ node }: { readonly node: Node }) {
  const t = useT();
  const { client, host } = useConnection();
  const { id: nodeId, name } = node;
  const [access, setAccess] = useState<RescueAccess | null>(null);
  const [busy, setBusy] = useState<readonly string[]>([]);
  const load = useCallback(
    async () => setAccess((await client.rescue.get({ nodeId })).access),
    [client, nodeId],
  );
  const look = useCommand(load);
  const { run: lookNow } = look;
  useEffect(() => void lookNow(), [lookNow]);
  const keyFile = `rescue-${name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 60)}.key`;
  const saveKey = useCommand(async () => {
    const { privateKey } = await client.rescue.privateKey({ nodeId });
    await saveSheet(host, t('rescue.saveKey'), keyFile, privateKey);
  });
  const mount = useCommand(async () => {
    setBusy([]);
    await client.rescue.mount({ nodeId });
    await load();
  });
  const unmount = useCommand(async () => {
    setBusy((await client.rescue.unmount({ nodeId })).busy);
    await load();
  });
  const error = look.error ?? saveKey.error ?? mount.error ?? unmount.error;
  const isWorking = mount.isPending || unmount.isPending;
  return (
    <Box sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
      {access && <Access access={access} keyFile={keyFile} />}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="outlined" disabled={saveKey.isPending} onClick={() => void saveKey.run()}>
          {t('rescue.saveKey')}
        </Button>
        <Button variant="outlined" disabled={isWorking} onClick={() => void mount.run()}>
          {t('rescue.mount')}
        </Button>
        {access?.mounted && (
          <Button variant="outlined" disabled={isWorking} onClick={() => void unmount.run()}>
            {t('rescue.unmount')}
          </Button>
        )}
        {(['leave-rescue', 'leave-rescue-off'] as const).map(action => (
          <Button key={action} variant="outlined" onClick={() => startAction(client, node, action)}>
            {t(`action.${action}`)}
          </Button>
        ))}
      </Box>
      <Box role="status">
        {isWorking && t('rescue.working')}
        {busy.length > 0 && t('rescue.stillBusy', { mountPoints: busy.join(', ') })}
      </Box>
      {access?.mounted && <MountedList mounted={access.mounted} />}
      <RamdiskLogs nodeId={nodeId} />
      {error && <ErrorLines error={error} />}
    </Box>
  );
}

interface AccessProps {
  readonly access: RescueAccess;
  readonly keyFile: string;
}

function Access({ access: { addresses, sshPort, hostKey, consoles }, keyFile }: AccessProps) {
  const t = useT();
  return (
    <>
      {addresses.length === 0 && <span>{t('rescue.noAddress')}</span>}
      {addresses.map(address => (
        <Line
          key={address}
          label={t('rescue.ssh')}
          copyLabel={`${t('rescue.copySsh')}: ${address}`}
          text={signInCommand(keyFile, address, sshPort)}
        />
      ))}
      {addresses.slice(0, 1).map(address => (
        <Line
          key={address}
          label={t('rescue.hostKey')}
          copyLabel={t('rescue.copyHostKey')}
          text={`${sshPort === 22 ? address : `[${address}]:${sshPort}`} ${hostKey}`}
        />
      ))}
      {consoles.length > 0 && <span>{t('rescue.shells', { consoles: consoles.join(', ') })}</span>}
    </>
  );
}

interface LineProps {
  readonly label: string;
  readonly copyLabel: string;
  readonly text: string;
}

function Line({ label, copyLabel, text }: LineProps) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 0 }}>
      <Typography component="span" className="text-quiet" sx={{ flex: 'none' }}>
        {label}
      </Typography>
      <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        <Mono>{text}</Mono>
      </Box>
      <CopyButton text={text} label={copyLabel} />
    </Box>
  );
}
