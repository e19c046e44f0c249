import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useMemo, useState } from 'react';
import type { Network, NetworkInterface } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Section } from '../../ui/Section.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { LeaseBook } from './leases.ts';
import { WiringDrawing } from './WiringDrawing.tsx';
import { WiringTable } from './WiringTable.tsx';
import { wiringOf } from './wiring.ts';

interface Props {
  readonly interfaces: readonly NetworkInterface[];
  readonly networks: readonly Network[];
  readonly leases: LeaseBook;
}

const looks = ['drawing', 'table'] as const;
/** A lease that ends need not leave the picture in the same second. */
const coarseMs = 10_000;

/** Which network is on which interface, as a drawing or as a table. */
export function WiringSection({ interfaces, networks, leases }: Props) {
  const t = useT();
  const [look, setLook] = useState<(typeof looks)[number]>('drawing');
  const ports = useWorld(world => world.ports);
  const nodes = useWorld(world => world.nodes);
  const discovered = useWorld(world => world.discovered);
  const now = Math.floor(useNow() / coarseMs) * coarseMs;
  const wires = useMemo(
    () =>
      wiringOf({
        interfaces,
        networks,
        leases,
        ports: ports.values(),
        nodes,
        discovered: discovered.values(),
        now,
      }),
    [interfaces, networks, leases, ports, nodes, discovered, now],
  );
  return (
    <Section
      level={2}
      title={t('wiring.title')}
      action={
        <ToggleButtonGroup
          exclusive
          aria-label={t('wiring.look')}
          value={look}
          onChange={(_, chosen: typeof look | null) => chosen !== null && setLook(chosen)}
        >
          {looks.map(one => (
            <ToggleButton key={one} value={one}>
              {t(`wiring.as.${one}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      {look === 'drawing' ? <WiringDrawing wires={wires} /> : <WiringTable wires={wires} />}
    </Section>
  );
}
