import { Box, Link } from '@mui/material';
import { routeHref } from '../../app/route.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import type { SeenNic, Wire, WiredNetwork } from './wiring.ts';

interface Row {
  readonly key: string;
  readonly interfaceName: string;
  readonly vlanId: number | null;
  readonly wired: WiredNetwork | null;
}

/** What the drawing shows, as a table. */
export function WiringTable({ wires }: { readonly wires: readonly Wire[] }) {
  const t = useT();
  return (
    <Box
      component="table"
      aria-label={t('wiring.label')}
      sx={theme => ({
        borderCollapse: 'collapse',
        backgroundColor: theme.colours.surface,
        border: `1px solid ${theme.colours.line}`,
        '& th, & td': {
          textAlign: 'left',
          verticalAlign: 'top',
          px: 1.5,
          py: 0.5,
          borderBottom: `1px solid ${theme.colours.line}`,
        },
      })}
    >
      <thead>
        <tr>
          <th>{t('networks.interface')}</th>
          <th>{t('networks.segmentationId')}</th>
          <th>{t('networks.name')}</th>
          <th>{t('networks.cidr')}</th>
          <th>{t('wiring.seen')}</th>
        </tr>
      </thead>
      <tbody>
        {wires.flatMap(rowsOf).map(({ key, interfaceName, vlanId, wired }) => (
          <tr key={key}>
            <td>{interfaceName}</td>
            <td>{vlanId ?? ''}</td>
            <td>{wired?.network.name ?? t('wiring.noNetwork')}</td>
            <td>{wired && <Mono>{wired.network.cidr}</Mono>}</td>
            <td>{wired && <Seen wired={wired} />}</td>
          </tr>
        ))}
      </tbody>
    </Box>
  );
}

function rowsOf({ name, networks, vlans }: Wire): readonly Row[] {
  const own = rowsOn(name, null, networks);
  const tagged = vlans.flatMap(vlan => rowsOn(vlan.name, vlan.vlanId, vlan.networks));
  return [...own, ...tagged];
}

function rowsOn(
  interfaceName: string,
  vlanId: number | null,
  networks: readonly WiredNetwork[],
): readonly Row[] {
  if (networks.length === 0) return [{ key: interfaceName, interfaceName, vlanId, wired: null }];
  return networks.map(wired => ({ key: wired.network.id, interfaceName, vlanId, wired }));
}

function Seen({ wired: { nics, strangers } }: { readonly wired: WiredNetwork }) {
  const t = useT();
  return (
    <>
      {nics.map(nic => (
        <div key={`${nic.mac} ${nic.address}`}>
          <NicName nic={nic} /> <Mono>{nic.address}</Mono>
        </div>
      ))}
      {strangers > 0 && t('wiring.strangers', { count: strangers })}
    </>
  );
}

function NicName({ nic: { nodeId, name } }: { readonly nic: SeenNic }) {
  return nodeId === null ? name : <Link href={routeHref('rack', nodeId)}>{name}</Link>;
}
