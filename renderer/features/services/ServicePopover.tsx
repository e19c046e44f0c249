import { Box, Button, Popover, Typography } from '@mui/material';
import type { Service } from '#shared/contract/index.ts';
import { goTo } from '../../app/route.ts';
import { useClient, useConnection } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { ageText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { serviceStateKey, serviceTone } from './service-tone.ts';

interface Props {
  readonly service: Service;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

/** Why a service is as it is, and the one button that mends it. */
export function ServicePopover({ service, anchor, onClose }: Props) {
  const t = useT();
  const now = useNow();
  const client = useClient();
  const { host } = useConnection();
  const restart = useCommand(() => client.services.restart({ name: service.name }));
  const { name, state, error } = service;
  // An error that can be mended by trying again has that button already.
  const canRestart =
    name !== 'dhcp' &&
    name !== 'virtual-rack' &&
    name !== 'database' &&
    state !== 'on' &&
    error?.retryable !== true;
  const toNetworks = () => {
    onClose();
    goTo('networks');
  };
  return (
    <Popover
      open
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'top', horizontal: 'left' }}
      transformOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      slotProps={{ paper: { role: 'dialog', 'aria-labelledby': 'service-title' } }}
    >
      <Box sx={{ p: 2, width: 420, maxWidth: '90vw', display: 'grid', gap: 1.25 }}>
        <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
          <Typography variant="h3" component="h2" id="service-title">
            {t(`service.${name}`)}
          </Typography>
          <ToneText tone={serviceTone[state]}>{t(serviceStateKey(service))}</ToneText>
        </Box>
        <Box sx={{ color: 'text.secondary' }}>{t(`services.what.${name}`)}</Box>
        <Facts
          facts={[
            { label: t('services.detail'), value: service.detail },
            {
              label: t('services.lastPacket'),
              value:
                service.lastPacketAt === null ? (
                  t('services.noPacket')
                ) : (
                  <span title={zonedText(service.lastPacketAt)}>{ageText(t, service.lastPacketAt, now)}</span>
                ),
            },
          ]}
        />
        {error && (
          <ErrorLines
            error={error}
            actions={{ retry: () => void restart.run(), 'open-networks': toNetworks }}
          />
        )}
        {restart.error && <ErrorLines error={restart.error} />}
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          {name === 'dhcp' && (
            <Button variant="outlined" onClick={toNetworks}>
              {t('services.toNetworks')}
            </Button>
          )}
          {canRestart && (
            <Button variant="outlined" disabled={restart.isPending} onClick={() => void restart.run()}>
              {t('services.restart')}
            </Button>
          )}
          {host && (
            <Button onClick={() => void host.calls.openLogFolder({})}>{t('services.openLogs')}</Button>
          )}
        </Box>
      </Box>
    </Popover>
  );
}
