import { Box, Button } from '@mui/material';
import type { Network, NetworkInterface } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { addressesText, linkWord } from './interface-text.ts';

interface Props {
  readonly interfaces: readonly NetworkInterface[];
  readonly networks: readonly Network[];
}

/** The computer's own NICs, and which of them is somebody else's wire. */
export function InterfaceTable({ interfaces, networks }: Props) {
  const t = useT();
  return (
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
            <td>{t(`networks.kind.${nic.kind}`)}</td>
            <td>{nic.hasDefaultRoute && <ToneText tone="waiting">{t('networks.defaultRoute')}</ToneText>}</td>
            <Box component="td" sx={{ width: 1, whiteSpace: 'nowrap' }}>
              {networks.some(network => network.interfaceName === nic.name)
                ? t('networks.used')
                : nic.kind !== 'loopback' && (
                    <Button
                      variant="outlined"
                      aria-label={t('networks.createOn', { name: nic.name })}
                      onClick={() => openOverlay({ is: 'create-network', interfaceName: nic.name })}
                    >
                      {t('networks.createHere')}
                    </Button>
                  )}
            </Box>
          </tr>
        ))}
      </tbody>
    </Box>
  );
}
