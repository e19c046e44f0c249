import { Box } from '@mui/material';
import { useMemo } from 'react';
import type { Lease, Network, NetworkInterface } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { useNow } from '../../ui/use-now.ts';
import { poolUse } from './leases.ts';

interface Props {
  readonly network: Network;
  readonly nic: NetworkInterface | undefined;
  readonly leases: readonly Lease[];
}

/** The pool, how much of it is left, and a warning before it is used up. */
export function PoolLine({ network, nic, leases }: Props) {
  const t = useT();
  const now = useNow();
  const fixed = useFixedAddresses(network, nic);
  const { total, leased, kept, free, isScarce } = poolUse(network, leases, fixed, now);
  const text = t('networks.poolUse', { free, total, leased, kept });
  return (
    <Box
      component="span"
      sx={{ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 1.5 }}
    >
      <Mono>{`${network.poolStart} – ${network.poolEnd}`}</Mono>
      {isScarce ? <ToneText tone={free === 0 ? 'failed' : 'waiting'}>{text}</ToneText> : text}
    </Box>
  );
}

/** Those that the pool gives to nobody else, as far as the page knows them. */
function useFixedAddresses({ gateway }: Network, nic: NetworkInterface | undefined): ReadonlySet<string> {
  const ports = useWorld(world => world.ports);
  const nodes = useWorld(world => world.nodes);
  return useMemo(() => {
    const reserved = [...ports.values()].flatMap(({ reservedAddress }) => reservedAddress ?? []);
    const bmcs = [...nodes.values()].flatMap(({ bmc }) => bmc?.address ?? []);
    const own = nic?.addresses.map(({ address }) => address) ?? [];
    return new Set([...reserved, ...bmcs, ...own, ...(gateway === null ? [] : [gateway])]);
  }, [ports, nodes, nic, gateway]);
}
