import { Box, Button, Collapse } from '@mui/material';
import { useState } from 'react';
import type { Lease, Network, NetworkInterface } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { ListCard } from '../../ui/ListCard.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { secondsText } from '../../ui/time-text.ts';
import { Dependants } from './Dependants.tsx';
import { DhcpPanel } from './DhcpPanel.tsx';
import { LeaseTable } from './LeaseTable.tsx';
import { PoolLine } from './PoolLine.tsx';

/** Where the drawing leads to. */
export function networkHeadingId(id: NetworkId): string {
  return `network-${id}`;
}

/** Each card has the same buttons: who hears them hears its network too. */
function namedWithNetwork(button: string, networkId: NetworkId) {
  const headingId = networkHeadingId(networkId);
  const id = `${headingId}-${button}`;
  return { id, 'aria-labelledby': `${id} ${headingId}` };
}

interface Props {
  readonly network: Network;
  readonly nic: NetworkInterface | undefined;
  readonly leases: readonly Lease[];
}

export function NetworkCard({ network, nic, leases }: Props) {
  const t = useT();
  const [hasLeases, setLeases] = useState(false);
  return (
    <ListCard
      title={
        <>
          <Box
            component="h2"
            id={networkHeadingId(network.id)}
            tabIndex={-1}
            sx={{ m: 0, fontSize: 'inherit', fontWeight: 650 }}
          >
            {network.name}
          </Box>
          <Mono>{network.cidr}</Mono>
          <span>{network.interfaceName}</span>
        </>
      }
      actions={
        <>
          <Button
            {...namedWithNetwork('edit', network.id)}
            onClick={() => openOverlay({ is: 'edit-network', networkId: network.id })}
          >
            {t('networks.edit')}
          </Button>
          <RemoveNetwork network={network} />
        </>
      }
    >
      <DhcpPanel network={network} nic={nic} />
      <Facts
        facts={[
          { label: t('networks.pool'), value: <PoolLine network={network} nic={nic} leases={leases} /> },
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
        <Button
          {...namedWithNetwork('leases', network.id)}
          sx={{ ml: -1.5 }}
          aria-expanded={hasLeases}
          onClick={() => setLeases(!hasLeases)}
        >
          {t(hasLeases ? 'networks.hideLeases' : 'networks.showLeases')}
        </Button>
        <Collapse in={hasLeases} unmountOnExit>
          <LeaseTable network={network} leases={leases} />
        </Collapse>
      </Box>
    </ListCard>
  );
}

function RemoveNetwork({ network }: { readonly network: Network }) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button {...namedWithNetwork('remove', network.id)} onClick={() => setAsking(true)}>
        {t('networks.remove')}
      </Button>
      {isAsking && <RemoveDialog network={network} onClose={() => setAsking(false)} />}
    </>
  );
}

function RemoveDialog({ network, onClose }: { readonly network: Network; readonly onClose: () => void }) {
  const t = useT();
  const client = useClient();
  const dependants = useQuery(network.id, signal => client.networks.dependants({ id: network.id }, signal));
  const remove = useCommand(() => client.networks.remove({ id: network.id }));
  return (
    <ConfirmDialog
      title={t('networks.removeTitle', { name: network.name })}
      action={t('networks.removeNow')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error ?? dependants.error}
      onConfirm={() => void remove.run()}
      onClose={onClose}
    >
      {t('networks.removeText')}
      <Dependants title={t('networks.removeHolds')} dependants={dependants.data ?? []} />
    </ConfirmDialog>
  );
}
