import { Box, Button, FormControlLabel, Switch, TextField } from '@mui/material';
import { type FormEvent, useState } from 'react';
import type { Node, Port } from '#shared/contract/index.ts';
import { type Ipv4, parseIpv4 } from '#shared/model/ip.ts';
import { parseMac } from '#shared/model/mac.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Lamp } from '../../ui/Lamp.tsx';
import { ListCard } from '../../ui/ListCard.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { linkText, type NicView, nicViews } from './hardware-text.ts';
import { portsOf } from './ports-of.ts';

export function NicsTab({ node }: { readonly node: Node }) {
  const t = useT();
  const allPorts = useWorld(world => world.ports);
  const nics = nicViews(node.inventory, portsOf(allPorts, node.id));
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 1.5 }}>
      {nics.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('nic.noneKnown')}</Box>}
      {nics.map(nic => (
        <NicCard key={nic.mac} node={node} nic={nic} />
      ))}
      <AddPort node={node} />
    </Box>
  );
}

function NicCard({ node, nic }: { readonly node: Node; readonly nic: NicView }) {
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

type PortChange = Partial<Pick<Port, 'pxeEnabled' | 'segmentationId' | 'reservedAddress'>>;

function PortFields({ port }: { readonly port: Port }) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const [vlan, setVlan] = useState(port.segmentationId?.toString() ?? '');
  const update = useCommand((change: PortChange) => client.ports.update({ id: port.id, ...change }));
  const remove = useCommand(() => client.ports.remove({ id: port.id }));
  const isVlanGood = vlan === '' || (/^\d{1,4}$/.test(vlan) && Number(vlan) >= 1 && Number(vlan) <= 4094);
  const saveVlan = () => {
    const segmentationId = vlan === '' ? null : Number(vlan);
    if (isVlanGood && segmentationId !== port.segmentationId) void update.run({ segmentationId });
  };
  return (
    <>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <FormControlLabel
          control={
            <Switch checked={port.pxeEnabled} onChange={(_, pxeEnabled) => void update.run({ pxeEnabled })} />
          }
          label={t('nic.pxeEnabled')}
        />
        <TextField
          label={t('nic.vlanId')}
          value={vlan}
          error={!isVlanGood}
          helperText={isVlanGood ? undefined : t('nic.vlanRange')}
          onChange={event => setVlan(event.target.value.trim())}
          onBlur={saveVlan}
          sx={{ width: 130 }}
        />
        <ReservedAddress port={port} onChange={reservedAddress => void update.run({ reservedAddress })} />
        <Button onClick={() => setAsking(true)} sx={{ ml: 'auto' }}>
          {t('nic.remove')}
        </Button>
      </Box>
      {update.error && <ErrorLines error={update.error} />}
      {isAsking && (
        <ConfirmDialog
          title={t('nic.removeTitle', { mac: port.address })}
          action={t('nic.removeAction')}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void remove.run()}
          onClose={() => setAsking(false)}
        >
          {t('nic.removeText')}
        </ConfirmDialog>
      )}
    </>
  );
}

/** Stored when the field is left; empty is an address of the pool. */
function ReservedAddress({
  port,
  onChange,
}: {
  readonly port: Port;
  readonly onChange: (address: Ipv4 | null) => void;
}) {
  const t = useT();
  const [text, setText] = useState<string>(port.reservedAddress ?? '');
  const address = text === '' ? null : parseIpv4(text);
  return (
    <TextField
      label={t('nic.reservedAddress')}
      value={text}
      error={address === undefined}
      helperText={address === undefined ? t('nic.notAnAddress') : undefined}
      onChange={event => setText(event.target.value.trim())}
      onBlur={() => address !== undefined && address !== port.reservedAddress && onChange(address)}
      sx={{ width: 190 }}
    />
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
