import { Box, Button } from '@mui/material';
import { useState } from 'react';
import type { Node, Port, Portgroup } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { ListCard } from '../../../ui/ListCard.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { Section } from '../../../ui/Section.tsx';
import { portText } from '../../deploy/network-text.ts';
import { BondDialog } from './BondDialog.tsx';
import { formOfBond, newBondForm } from './bond-form.ts';

interface Props {
  readonly node: Node;
  readonly bonds: readonly Portgroup[];
  readonly ports: readonly Port[];
}

/** The bonds of a server: what its system makes of several NICs. */
export function BondList({ node, bonds, ports }: Props) {
  const t = useT();
  const client = useClient();
  const [isMaking, setMaking] = useState(false);
  const free = ports.filter(({ portgroupId }) => portgroupId === null);
  return (
    <Section
      title={t('bond.title')}
      action={
        <Button variant="outlined" disabled={free.length === 0} onClick={() => setMaking(true)}>
          {t('bond.make')}
        </Button>
      }
    >
      {bonds.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('bond.none')}</Box>}
      {bonds.map(bond => (
        <BondCard key={bond.id} bond={bond} ports={ports} />
      ))}
      {isMaking && (
        <BondDialog
          title={t('bond.makeTitle', { name: node.name })}
          start={newBondForm(bonds, ports)}
          ports={free}
          save={input => client.portgroups.create({ nodeId: node.id, ...input })}
          onClose={() => setMaking(false)}
        />
      )}
    </Section>
  );
}

function BondCard({ bond, ports }: { readonly bond: Portgroup; readonly ports: readonly Port[] }) {
  const t = useT();
  const client = useClient();
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const remove = useCommand(() => client.portgroups.remove({ id: bond.id }));
  const close = () => setOpen(null);
  const members = ports.filter(({ portgroupId }) => portgroupId === bond.id);
  const options = Object.entries(bond.properties).map(([name, value]) => `${name}=${value}`);
  return (
    <ListCard
      title={<strong>{bond.name}</strong>}
      actions={
        <>
          <Button aria-label={t('bond.editTitle', { name: bond.name })} onClick={() => setOpen('edit')}>
            {t('bond.edit')}
          </Button>
          <Button aria-label={t('bond.removeTitle', { name: bond.name })} onClick={() => setOpen('remove')}>
            {t('bond.remove')}
          </Button>
        </>
      }
    >
      <Facts
        facts={[
          { label: t('bond.mode'), value: bond.mode },
          { label: t('bond.members'), value: members.map(portText).join(', ') || t('word.none') },
          { label: t('bond.options'), value: options.length === 0 ? '' : <Mono>{options.join(' ')}</Mono> },
        ]}
      />
      {open === 'edit' && (
        <BondDialog
          title={t('bond.editTitle', { name: bond.name })}
          start={formOfBond(bond, ports)}
          ports={ports.filter(({ portgroupId }) => portgroupId === null || portgroupId === bond.id)}
          save={input => client.portgroups.update({ id: bond.id, ...input })}
          onClose={close}
        />
      )}
      {open === 'remove' && (
        <ConfirmDialog
          title={t('bond.removeTitle', { name: bond.name })}
          action={t('bond.removeAction')}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void remove.run()}
          onClose={close}
        >
          {t('bond.removeText')}
        </ConfirmDialog>
      )}
    </ListCard>
  );
}
