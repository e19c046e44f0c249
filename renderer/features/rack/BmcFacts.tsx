import { Box, Button } from '@mui/material';
import type { Bmc, Node } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Mono } from '../../ui/Mono.tsx';

function sessionText(t: Translate, { cipherSuite, interfaceVersion }: Bmc): string {
  if (interfaceVersion === '1.5') return t('bmc.oldSession');
  return cipherSuite === null ? '' : t('bmc.cipherSuite', { id: cipherSuite });
}

export function BmcFacts({ node }: { readonly node: Node }) {
  const t = useT();
  const { bmc } = node;
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
      {bmc === null ? (
        t('bmc.none')
      ) : (
        <Facts
          facts={[
            { label: t('bmc.address'), value: <Mono>{`${bmc.address}:${bmc.port}`}</Mono> },
            { label: t('bmc.username'), value: bmc.username || t('bmc.anonymous') },
            {
              label: t('bmc.password'),
              value: bmc.hasPassword ? t('bmc.passwordKept') : t('bmc.noPassword'),
            },
            { label: t('bmc.manufacturer'), value: bmc.manufacturer },
            { label: t('bmc.firmware'), value: bmc.firmware },
            {
              label: t('bmc.session'),
              value: sessionText(t, bmc),
            },
          ]}
        />
      )}
      <Button variant="outlined" onClick={() => openOverlay({ is: 'edit-server', nodeId: node.id })}>
        {t(bmc === null ? 'bmc.add' : 'bmc.edit')}
      </Button>
    </Box>
  );
}
