import { Box, Button, TextField } from '@mui/material';
import { type FormEvent, useState } from 'react';
import type { Node, Portgroup } from '#shared/contract/index.ts';
import { parseMac } from '#shared/model/mac.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Lamp } from '../../ui/Lamp.tsx';
import { ListCard } from '../../ui/ListCard.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { BondList } from './bonds/BondList.tsx';
import { nicErrorsText } from './hardware/errors-text.ts';
import { linkText, type NicView, nicViews } from './hardware-text.ts';
import { PortFields } from './PortFields.tsx';
import { portsOf } from './ports-of.ts';

export function NicsTab({ node }: { readonly node: Node }) {
  const t = useT();
  const allPorts = useWorld(world => world.ports);
  const portgroups = useWorld(world => world.portgroups);
  const ports = portsOf(allPorts, node.id);
  const nics = nicViews(node.inventory, ports);
  const bonds = [...portgroups.values()].filter(({ nodeId }) => nodeId === node.id);
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 1.5 }}>
      {nics.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('nic.noneKnown')}</Box>}
      {nics.map(nic => (
        <NicCard
          key={nic.mac}
          node={node}
          nic={nic}
          bond={bonds.find(({ id }) => id === nic.port?.portgroupId)}
        />
      ))}
      <AddPort node={node} />
      <BondList node={node} bonds={bonds} ports={ports} />
    </Box>
  );
}

interface CardProps {
  readonly node: Node;
  readonly nic: NicView;
  /** That it is a member of. */
  readonly bond: Portgroup | undefined;
}

function NicCard({ node, nic, bond }: CardProps) {
  const t = useT();
  const client = useClient();
  const enter = useCommand(() => client.ports.create({ nodeId: node.id, address: nic.mac, name: nic.name }));
  return (
    <ListCard
      title={
        <>
          <Lamp isLit={nic.hasLink === true} label={linkText(t, nic)} />
          <Box component="span" sx={{ fontWeight: 600 }}>
            {nic.name}
          </Box>
          <Mono>{nic.mac}</Mono>
        </>
      }
    >
      <Facts
        facts={[
          { label: t('nic.linkTitle'), value: linkText(t, nic) },
          { label: t('nic.driver'), value: nic.driver },
          { label: t('nic.neighbour'), value: nic.neighbour },
          {
            label: t('nic.neighbourVlan'),
            value: nic.neighbourVlan === null ? '' : t('nic.vlan', { id: nic.neighbourVlan }),
          },
          { label: t('hardware.nic'), value: nic.errors === null ? '' : nicErrorsText(t, nic.errors) },
          { label: t('nic.bond'), value: bond?.name ?? '' },
        ]}
      />
      {nic.port === null ? (
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <span>{t('nic.notEntered')}</span>
          <Button variant="outlined" disabled={enter.isPending} onClick={() => void enter.run()}>
            {t('nic.enter')}
          </Button>
        </Box>
      ) : (
        <PortFields port={nic.port} />
      )}
      {enter.error && <ErrorLines error={enter.error} />}
    </ListCard>
  );
}

function AddPort({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const [text, setText] = useState('');
  const address = parseMac(text);
  const create = useCommand((mac: string) => client.ports.create({ nodeId: node.id, address: mac }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (address !== undefined && (await create.run(address)) !== undefined) setText('');
  };
  return (
    <Box component="form" onSubmit={event => void submit(event)} sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <TextField
          label={t('nic.addMac')}
          value={text}
          onChange={event => setText(event.target.value)}
          error={text !== '' && address === undefined}
          helperText={text !== '' && (address ?? t('mac.notOne'))}
          sx={{ maxWidth: 280 }}
        />
        <Button
          type="submit"
          variant="outlined"
          disabled={address === undefined || create.isPending}
          sx={{ mt: 0.5 }}
        >
          {t('nic.add')}
        </Button>
      </Box>
      {create.error && <ErrorLines error={create.error} />}
    </Box>
  );
}
