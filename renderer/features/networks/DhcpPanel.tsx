import { Box, Button, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useState } from 'react';
import { type DhcpMode, dhcpModes, type Network, type NetworkInterface } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { ageText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { dhcpAdvice } from './dhcp-advice.ts';

interface Props {
  readonly network: Network;
  readonly nic: NetworkInterface | undefined;
}

/** The mode of a network, who else answers there, and what each mode would do. */
export function DhcpPanel({ network, nic }: Props) {
  return (
    <>
      <DhcpSwitch network={network} nic={nic} />
      <OtherServers network={network} />
      <ModeAdvice network={network} nic={nic} />
    </>
  );
}

/** Off, watching, full. Full on a wire with a default route asks first; beside another server it is refused. */
function DhcpSwitch({ network, nic }: Props) {
  const t = useT();
  const client = useClient();
  const [wanted, setWanted] = useState(network.dhcpMode);
  const setMode = useCommand((mode: DhcpMode) => client.networks.setDhcpMode({ id: network.id, mode }));
  const choose = (mode: DhcpMode | null) => {
    if (mode === null || mode === network.dhcpMode) return;
    setWanted(mode);
    if (mode === 'full' && nic?.hasDefaultRoute === true)
      openOverlay({ is: 'serve-full', networkId: network.id });
    else void setMode.run(mode);
  };
  const isRefused = setMode.error?.code === 'dhcp.other_server';
  const isBlind = wanted === 'full' && (setMode.error?.code.startsWith('net.') ?? false);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <ToggleButtonGroup
          exclusive
          aria-label={t('networks.dhcpOf', { name: network.name })}
          value={network.dhcpMode}
          disabled={setMode.isPending}
          onChange={(_, mode: DhcpMode | null) => choose(mode)}
        >
          {dhcpModes.map(mode => (
            <ToggleButton key={mode} value={mode}>
              {t('networks.dhcp', { mode: t(`dhcpMode.${mode}`) })}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Box component="span" role="status" sx={{ color: 'text.secondary' }}>
          {setMode.isPending ? t('networks.lookingForOthers') : t(`networks.means.${network.dhcpMode}`)}
        </Box>
      </Box>
      {setMode.error && (
        <ErrorLines error={setMode.error} actions={{ retry: () => void setMode.run(wanted) }}>
          {(isRefused || isBlind) && (
            <Button
              variant="outlined"
              color="error"
              onClick={() => openOverlay({ is: 'serve-full', networkId: network.id })}
            >
              {t(isRefused ? 'networks.serveBeside' : 'serveFull.action')}
            </Button>
          )}
        </ErrorLines>
      )}
    </Box>
  );
}

function OtherServers({ network }: { readonly network: Network }) {
  const t = useT();
  const now = useNow();
  const client = useClient();
  const look = useCommand(() => client.networks.lookForOthers({ id: network.id }));
  const { checkedAt, otherServers } = network;
  const age = checkedAt === null ? '' : ageText(t, checkedAt, now);
  return (
    <Box sx={{ display: 'grid', gap: 0.25, justifyItems: 'start' }}>
      {checkedAt === null && <ToneText tone="idle">{t('networks.neverLooked')}</ToneText>}
      {checkedAt !== null && otherServers.length === 0 && (
        <ToneText tone="good">{t('networks.noOtherServer', { age })}</ToneText>
      )}
      {otherServers.map(({ server, offered }) => (
        <ToneText key={server} tone="waiting">
          {t('networks.otherServer', { server, offered, age })}
        </ToneText>
      ))}
      {network.serveBesideOthers && <span>{t('networks.servesBeside')}</span>}
      <Button
        sx={{ ml: -1.5 }}
        aria-label={t('networks.lookForOthersOn', { name: network.name })}
        disabled={look.isPending}
        onClick={() => void look.run()}
      >
        {t(look.isPending ? 'networks.looking' : 'networks.lookForOthers')}
      </Button>
      {look.error && <ErrorLines error={look.error} actions={{ retry: () => void look.run() }} />}
    </Box>
  );
}

function ModeAdvice({ network, nic }: Props) {
  const t = useT();
  return (
    <Box component="details">
      <Box component="summary" sx={{ cursor: 'pointer', color: 'text.secondary' }}>
        {t('networks.adviceTitle')}
      </Box>
      <Box
        component="dl"
        sx={{
          display: 'grid',
          gridTemplateColumns: 'max-content 1fr',
          columnGap: 2,
          rowGap: 0.75,
          my: 0.75,
          '& dt': { color: 'text.secondary' },
          '& dd': { m: 0, display: 'grid', gap: 0.25 },
        }}
      >
        {dhcpModes.map(mode => (
          <Box key={mode} sx={{ display: 'contents' }}>
            <dt>{t('networks.dhcp', { mode: t(`dhcpMode.${mode}`) })}</dt>
            <dd>
              <span>{t(`networks.means.${mode}`)}</span>
              {dhcpAdvice(network, nic, mode).map(({ tone, note }) => (
                <ToneText key={note} tone={tone}>
                  {t(`networks.advice.${note}`)}
                </ToneText>
              ))}
            </dd>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
