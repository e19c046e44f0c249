import { Box, Button, Collapse, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useState } from 'react';
import { type DhcpMode, dhcpModes, type Network, type NetworkInterface } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { ListCard } from '../../ui/ListCard.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { ageText, secondsText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { LeaseTable } from './LeaseTable.tsx';

interface Props {
  readonly network: Network;
  readonly nic: NetworkInterface | undefined;
}

export function NetworkCard({ network, nic }: Props) {
  const t = useT();
  const [hasLeases, setLeases] = useState(false);
  return (
    <ListCard
      title={
        <>
          <Box component="h2" sx={{ m: 0, fontSize: 'inherit', fontWeight: 650 }}>
            {network.name}
          </Box>
          <Mono>{network.cidr}</Mono>
          <span>{network.interfaceName}</span>
        </>
      }
      actions={
        <>
          <Button onClick={() => openOverlay({ is: 'edit-network', networkId: network.id })}>
            {t('networks.edit')}
          </Button>
          <RemoveNetwork network={network} />
        </>
      }
    >
      <DhcpSwitch network={network} nic={nic} />
      <OtherServers network={network} />
      <Facts
        facts={[
          { label: t('networks.pool'), value: <Mono>{`${network.poolStart} – ${network.poolEnd}`}</Mono> },
          { label: t('networks.gateway'), value: network.gateway ?? t('networks.noGateway') },
          { label: t('networks.dns'), value: network.dns.join(', ') },
          { label: t('networks.domain'), value: network.domain },
          { label: t('networks.lease'), value: secondsText(t, network.leaseSeconds) },
          { label: t('networks.segmentationId'), value: network.segmentationId ?? '' },
          { label: t('networks.physicalNetwork'), value: network.physicalNetwork },
          { label: t('networks.mtu'), value: network.mtu ?? '' },
          {
            label: t('networks.purposes'),
            value: network.purposes.map(purpose => t(`networks.purpose.${purpose}`)).join(', '),
          },
        ]}
      />
      <Box>
        <Button sx={{ ml: -1.5 }} aria-expanded={hasLeases} onClick={() => setLeases(!hasLeases)}>
          {t(hasLeases ? 'networks.hideLeases' : 'networks.showLeases')}
        </Button>
        <Collapse in={hasLeases} unmountOnExit>
          <LeaseTable networkId={network.id} />
        </Collapse>
      </Box>
    </ListCard>
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
  const { checkedAt, otherServers } = network;
  if (checkedAt === null) return null;
  const age = ageText(t, checkedAt, now);
  if (otherServers.length === 0)
    return <ToneText tone="good">{t('networks.noOtherServer', { age })}</ToneText>;
  return (
    <Box sx={{ display: 'grid', gap: 0.25 }}>
      {otherServers.map(({ server, offered }) => (
        <ToneText key={server} tone="waiting">
          {t('networks.otherServer', { server, offered, age })}
        </ToneText>
      ))}
      {network.serveBesideOthers && <span>{t('networks.servesBeside')}</span>}
    </Box>
  );
}

function RemoveNetwork({ network }: { readonly network: Network }) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useCommand(() => client.networks.remove({ id: network.id }));
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('networks.remove')}</Button>
      {isAsking && (
        <ConfirmDialog
          title={t('networks.removeTitle', { name: network.name })}
          action={t('networks.remove')}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void remove.run()}
          onClose={() => setAsking(false)}
        >
          {t('networks.removeText')}
        </ConfirmDialog>
      )}
    </>
  );
}
