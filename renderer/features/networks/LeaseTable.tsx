import { Box } from '@mui/material';
import type { NetworkId } from '#shared/model/ids.ts';
import { useClient } from '../../client/client-context.tsx';
import { useLatestEvents } from '../../client/latest-events.ts';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { secondsText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';

/** Who holds an address now. Asked again when DHCP has done something. */
export function LeaseTable({ networkId }: { readonly networkId: NetworkId }) {
  const t = useT();
  const now = useNow();
  const client = useClient();
  const dhcpSeq = useLatestEvents(state => state.newestDhcpSeq);
  const leases = useQuery(
    `${networkId} ${dhcpSeq}`,
    signal => client.networks.leases({ id: networkId }, signal),
    dhcpSeq === 0 ? 0 : 300,
  );
  if (leases.error) return <ErrorLines error={leases.error} actions={{ retry: leases.reload }} />;
  if (leases.data === undefined) return null;
  if (leases.data.length === 0)
    return <Box sx={{ color: 'text.secondary', p: 1 }}>{t('networks.noLeases')}</Box>;
  return (
    <Box
      component="table"
      aria-label={t('networks.leases')}
      sx={{ borderCollapse: 'collapse', '& th, & td': { textAlign: 'left', px: 1, py: 0.25 } }}
    >
      <thead>
        <tr>
          <th>{t('networks.leaseAddress')}</th>
          <th>{t('networks.leaseMac')}</th>
          <th>{t('networks.leaseName')}</th>
          <th>{t('networks.leaseEnds')}</th>
        </tr>
      </thead>
      <tbody>
        {leases.data.map(lease => (
          <tr key={`${lease.mac} ${lease.address}`}>
            <td>
              <Mono>{lease.address}</Mono>
            </td>
            <td>
              <Mono>{lease.mac}</Mono>
            </td>
            <td>{lease.hostName}</td>
            <td title={zonedText(lease.expiresAt)}>
              {lease.expiresAt > now
                ? t('networks.leaseIn', { duration: secondsText(t, (lease.expiresAt - now) / 1000) })
                : t('networks.leaseOver')}
            </td>
          </tr>
        ))}
      </tbody>
    </Box>
  );
}
