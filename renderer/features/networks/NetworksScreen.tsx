import { Box, Button } from '@mui/material';
import { useMemo } from 'react';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useQuery } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { Section } from '../../ui/Section.tsx';
import { InterfaceTable } from './InterfaceTable.tsx';
import { NetworkCard } from './NetworkCard.tsx';
import { useLeases } from './use-leases.ts';
import { WiringSection } from './WiringSection.tsx';

export function NetworksScreen() {
  const t = useT();
  const client = useClient();
  const networks = useWorld(world => world.networks);
  const isLoaded = useWorld(world => world.isLoaded);
  const sorted = useMemo(
    () => [...networks.values()].sort((a, b) => a.name.localeCompare(b.name)),
    [networks],
  );
  const interfaces = useQuery('interfaces', signal => client.networks.interfaces({}, signal));
  const leases = useLeases(sorted.map(({ id }) => id));
  const create = () => openOverlay({ is: 'create-network' });
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <ScreenHeader title={t('networks.title')} detail={t('networks.count', { count: sorted.length })}>
        {sorted.length > 0 && (
          <Button variant="contained" onClick={create}>
            {t('networks.create')}
          </Button>
        )}
      </ScreenHeader>
      <Box sx={{ p: 2, display: 'grid', gap: 3, maxWidth: 1180 }}>
        {isLoaded && sorted.length === 0 && (
          <EmptyState
            title={t('networks.emptyTitle')}
            actions={
              <Button variant="contained" onClick={create}>
                {t('networks.create')}
              </Button>
            }
          >
            {t('networks.emptyText')}
          </EmptyState>
        )}
        {interfaces.data && sorted.length > 0 && (
          <WiringSection interfaces={interfaces.data} networks={sorted} leases={leases} />
        )}
        {sorted.map(network => (
          <NetworkCard
            key={network.id}
            network={network}
            leases={leases.get(network.id) ?? []}
            nic={interfaces.data?.find(nic => nic.name === network.interfaceName)}
          />
        ))}
        <Section
          level={2}
          title={t('networks.interfaces')}
          action={
            <Button onClick={interfaces.reload} disabled={interfaces.isPending}>
              {t('networks.lookAgain')}
            </Button>
          }
        >
          {interfaces.error && <ErrorLines error={interfaces.error} actions={{ retry: interfaces.reload }} />}
          {interfaces.data && (
            <InterfaceTable interfaces={interfaces.data} networks={sorted} onChanged={interfaces.reload} />
          )}
        </Section>
      </Box>
    </Box>
  );
}
