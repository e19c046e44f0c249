import { Box, Button } from '@mui/material';
import { useState } from 'react';
import type { Network, NetworkInterface } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { addressesText, linkWord } from './interface-text.ts';
import { MakeVlanDialog } from './MakeVlanDialog.tsx';
import { canCarryVlans } from './vlan-form.ts';

interface Props {
  readonly interfaces: readonly NetworkInterface[];
  readonly networks: readonly Network[];
  /** The interfaces are others now. */
  readonly onChanged: () => void;
}

/** The computer's own NICs, and which of them is somebody else's wire. */
export function InterfaceTable({ interfaces, networks, onChanged }: Props) {
  const t = useT();
  const [vlanParent, setVlanParent] = useState<string | null>(null);
  return (
    <>
      <Box
        component="table"
        sx={theme => ({
          width: '100%',
          borderCollapse: 'collapse',
          backgroundColor: theme.colours.surface,
          border: `1px solid ${theme.colours.line}`,
          '& th, & td': {
            textAlign: 'left',
            px: 1.5,
            py: 0.75,
            borderBottom: `1px solid ${theme.colours.line}`,
          },
          '& th, & td:nth-of-type(3), & td:nth-of-type(4)': { whiteSpace: 'nowrap' },
          '& th': { color: 'text.secondary', fontWeight: 600 },
          '& thead': { backgroundColor: theme.colours.raised },
        })}
      >
        <thead>
          <tr>
            <th>{t('networks.interface')}</th>
            <th>{t('networks.address')}</th>
            <th>{t('networks.link')}</th>
            <th>{t('networks.kind')}</th>
            <th>{t('networks.note')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {interfaces.map(nic => (
            <tr key={nic.name}>
              <td>
                <strong>{nic.name}</strong> <Mono isWrapped={false}>{nic.mac}</Mono>
              </td>
              <td>{addressesText(t, nic)}</td>
              <td>
                <ToneText tone={nic.up && nic.carrier ? 'good' : 'idle'}>{linkWord(t, nic)}</ToneText>
              </td>
              <td>{nic.vlan ? t('networks.kind.vlan') : t(`networks.kind.${nic.kind}`)}</td>
              <td>
                <Note nic={nic} />
              </td>
              <Box component="td" sx={{ width: 1, whiteSpace: 'nowrap' }}>
                <RowActions
                  nic={nic}
                  isUsed={networks.some(network => network.interfaceName === nic.name)}
                  onMakeVlan={() => setVlanParent(nic.name)}
                  onChanged={onChanged}
                />
              </Box>
            </tr>
          ))}
        </tbody>
      </Box>
      {vlanParent !== null && (
        <MakeVlanDialog
          parent={vlanParent}
          interfaces={interfaces}
          onMade={onChanged}
          onClose={() => setVlanParent(null)}
        />
      )}
    </>
  );
}

function Note({ nic }: { readonly nic: NetworkInterface }) {
  const t = useT();
  const { vlan } = nic;
  if (vlan) return t(vlan.ours ? 'vlan.ours' : 'vlan.of', { vlanId: vlan.vlanId, parent: vlan.parent });
  return nic.hasDefaultRoute && <ToneText tone="waiting">{t('networks.defaultRoute')}</ToneText>;
}

interface ActionProps {
  readonly nic: NetworkInterface;
  readonly isUsed: boolean;
  readonly onMakeVlan: () => void;
  readonly onChanged: () => void;
}

function RowActions({ nic, isUsed, onMakeVlan, onChanged }: ActionProps) {
  const t = useT();
  return (
    <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end', alignItems: 'center' }}>
      {isUsed && t('networks.used')}
      {!isUsed && nic.kind !== 'loopback' && (
        <Button
          variant="outlined"
          aria-label={t('networks.createOn', { name: nic.name })}
          onClick={() => openOverlay({ is: 'create-network', interfaceName: nic.name })}
        >
          {t('networks.createHere')}
        </Button>
      )}
      {canCarryVlans(nic) && (
        <Button aria-label={t('vlan.makeOn', { name: nic.name })} onClick={onMakeVlan}>
          {t('vlan.makeHere')}
        </Button>
      )}
      {!isUsed && nic.vlan?.ours === true && <RemoveVlan name={nic.name} onRemoved={onChanged} />}
    </Box>
  );
}

function RemoveVlan({ name, onRemoved }: { readonly name: string; readonly onRemoved: () => void }) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useCommand(() => client.networks.removeVlanInterface({ name }));
  const confirm = async () => {
    if ((await remove.run()) === undefined) return;
    setAsking(false);
    onRemoved();
  };
  return (
    <>
      <Button aria-label={t('vlan.removeTitle', { name })} onClick={() => setAsking(true)}>
        {t('networks.remove')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('vlan.removeTitle', { name })}
          action={t('vlan.remove')}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          {t('vlan.removeText', { name })}
        </ConfirmDialog>
      )}
    </>
  );
}
