import { Divider, ListSubheader, Menu, MenuItem } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { bytesText } from '../../../ui/measure-text.ts';
import { allowedActions, powerActionsOf } from '../../rack/node-actions.ts';
import { startAction } from '../../rack/perform-action.ts';
import type { ConsoleSession } from '../session/console-session.ts';

const bootOnce = ['pxe', 'disk', 'cdrom', 'bios'] as const;

interface Props {
  readonly session: ConsoleSession;
  readonly node: Node;
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
}

/** Power, and what the server boots next, without leaving its console. */
export function RecoveryMenu({ session, node, anchor, onClose }: Props) {
  const t = useT();
  const client = useClient();
  const [isResetting, setResetting] = useState(false);
  const reset = useCommand(async () => {
    await client.nodes.setPower({ id: node.id, target: 'rebooting' });
    setResetting(false);
  });
  const boot = async (device: (typeof bootOnce)[number]) => {
    onClose();
    try {
      const { accepted, readBack } = await client.nodes.setBootDevice({
        id: node.id,
        device,
        persistent: false,
      });
      const text = t(accepted ? 'bootDevice.accepted' : 'bootDevice.notAccepted', { readBack });
      session.state.setState({ notice: { is: 'told', text } });
    } catch (thrown) {
      session.state.setState({ notice: { is: 'failed', error: toCodedError(thrown) } });
    }
  };
  const collect = async () => {
    onClose();
    try {
      const { sizeBytes } = await client.rescue.collectLogs({ nodeId: node.id });
      const text = t('rescue.collected', { size: bytesText(sizeBytes) });
      session.state.setState({ notice: { is: 'told', text } });
    } catch (thrown) {
      session.state.setState({ notice: { is: 'failed', error: toCodedError(thrown) } });
    }
  };
  const allowed = allowedActions(node, undefined);
  const power = t('recovery.power', { state: t(`power.${node.powerState}`) });
  return (
    <>
      <Menu
        // In its console's region: whoever goes from landmark to landmark finds it there.
        disablePortal
        open={anchor !== null}
        anchorEl={anchor}
        onClose={onClose}
        slotProps={{ list: { 'aria-label': power } }}
      >
        {/* A menu has entries alone: what stands above them is in its name and theirs. */}
        <ListSubheader aria-hidden>{power}</ListSubheader>
        {powerActionsOf(node.powerState).map(action => (
          <MenuItem
            key={action}
            onClick={() => {
              onClose();
              startAction(client, node, action);
            }}
          >
            {t(`action.${action}`)}
          </MenuItem>
        ))}
        {node.powerState !== 'power off' && (
          <MenuItem
            onClick={() => {
              onClose();
              setResetting(true);
            }}
          >
            {t('recovery.reset')}
          </MenuItem>
        )}
        <Divider />
        {(['rescue', 'leave-rescue', 'leave-rescue-off'] as const)
          .filter(action => allowed.has(action))
          .map(action => (
            <MenuItem
              key={action}
              onClick={() => {
                onClose();
                startAction(client, node, action);
              }}
            >
              {t(`action.${action}`)}
            </MenuItem>
          ))}
        <MenuItem onClick={() => void collect()}>{t('rescue.collectMenu')}</MenuItem>
        <Divider />
        <ListSubheader aria-hidden>{t('recovery.bootOnce')}</ListSubheader>
        {bootOnce.map(device => (
          <MenuItem
            key={device}
            aria-label={`${t('recovery.bootOnce')}: ${t(`bootDevice.${device}`)}`}
            onClick={() => void boot(device)}
          >
            {t(`bootDevice.${device}`)}
          </MenuItem>
        ))}
      </Menu>
      {isResetting && (
        <ConfirmDialog
          title={t('confirm.title', { action: t('recovery.reset'), name: node.name })}
          action={t('recovery.reset')}
          isDangerous
          isPending={reset.isPending}
          error={reset.error}
          onConfirm={() => void reset.run()}
          onClose={() => setResetting(false)}
        >
          {t('recovery.resetText')}
        </ConfirmDialog>
      )}
    </>
  );
}
