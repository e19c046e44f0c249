import { Box, Link } from '@mui/material';
import { useMemo } from 'react';
import type { Lease, Network } from '#shared/contract/index.ts';
import { routeHref } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { secondsText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { type LeaseRow, leaseRows } from './lease-rows.ts';

interface Props {
  readonly network: Network;
  readonly leases: readonly Lease[];
}

/** Who holds an address now, and for whom one is kept. */
export function LeaseTable({ network, leases }: Props) {
  const t = useT();
  const ports = useWorld(world => world.ports);
  const nodes = useWorld(world => world.nodes);
  const rows = useMemo(
    () => leaseRows(network, leases, ports.values(), nodes),
    [network, leases, ports, nodes],
  );
  if (rows.length === 0) return <Box sx={{ color: 'text.secondary', p: 1 }}>{t('networks.noLeases')}</Box>;
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
          <th>{t('networks.leaseHolder')}</th>
          <th>{t('networks.leaseEnds')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={`${row.mac} ${row.address}`}>
            <td>
              <Mono>{row.address}</Mono>
            </td>
            <td>
              <Mono>{row.mac}</Mono>
            </td>
            <td>
              {row.nodeId === null ? row.name : <Link href={routeHref('rack', row.nodeId)}>{row.name}</Link>}
              {row.isReserved && ` · ${t('networks.leaseReserved')}`}
            </td>
            <LeaseEnd row={row} />
          </tr>
        ))}
      </tbody>
    </Box>
  );
}

function LeaseEnd({ row: { expiresAt } }: { readonly row: LeaseRow }) {
  const t = useT();
  const now = useNow();
  if (expiresAt === null) return <td>{t('networks.leaseNotAsked')}</td>;
  const left = (expiresAt - now) / 1000;
  return (
    <td title={zonedText(expiresAt)}>
      {left > 0 ? t('networks.leaseIn', { duration: secondsText(t, left) }) : t('networks.leaseOver')}
    </td>
  );
}
