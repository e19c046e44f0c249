import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useId } from 'react';
import { useStore } from 'zustand';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { keyMapNames } from '../keys/key-maps.ts';
import type { ConsoleSession } from '../session/console-session.ts';
import { geometries, setServerSettings, settingsOf, useViewSettings } from '../session/view-settings.ts';
import { codePages } from '../text/code-page.ts';
import { Choice } from './Choice.tsx';

interface Props {
  readonly session: ConsoleSession;
  readonly node: Node;
  readonly onClose: () => void;
}

/** What this server's console is taken for; taken at once, and remembered for the server by this browser. */
export function ConsoleSettingsDialog({ session, node, onClose }: Props) {
  const t = useT();
  const { consoles } = useClient();
  const titleId = useId();
  const settings = useViewSettings(state => settingsOf(state, node.id));
  const codePage = useStore(session.state, state => state.codePage);
  const disconnect = useCommand(async () => {
    await consoles.disconnect({ nodeId: node.id });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{t('console.settingsTitle', { name: node.name })}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        <Choice
          label={t('console.codePage')}
          value={settings.codePage}
          options={codePages}
          textOf={choice =>
            choice === 'auto'
              ? t('codePage.auto', { now: t(`codePage.${codePage}`) })
              : t(`codePage.${choice}`)
          }
          onChange={value => setServerSettings(node.id, { codePage: value })}
        />
        <Choice
          label={t('console.geometry')}
          value={settings.geometry}
          options={geometries}
          textOf={choice => t(`geometry.${choice}`)}
          onChange={value => setServerSettings(node.id, { geometry: value })}
        />
        <Choice
          label={t('console.keyMap')}
          value={settings.keyMap}
          options={keyMapNames}
          textOf={choice => t(`keyMap.${choice}`)}
          onChange={value => setServerSettings(node.id, { keyMap: value })}
        />
        <Box sx={{ color: 'text.secondary' }}>{t('console.keyMapHelp')}</Box>
        {disconnect.error && <ErrorLines error={disconnect.error} />}
      </DialogContent>
      <DialogActions>
        <Button
          color="error"
          disabled={disconnect.isPending}
          onClick={() => void disconnect.run()}
          sx={{ mr: 'auto' }}
          title={t('console.disconnectHelp')}
        >
          {t('console.disconnect')}
        </Button>
        <Button onClick={onClose}>{t('action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
