import LanOutlinedIcon from '@mui/icons-material/LanOutlined';
import { dhcpModes } from '#shared/contract/index.ts';
import type { Feature } from '../../app/feature.ts';
import { notify } from '../../app/notifications.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { toCodedError } from '../../client/coded-error.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

export const networksFeature: Feature = {
  id: 'networks',
  title: 'networks.title',
  Icon: LanOutlinedIcon,
  Screen: lazyPart(async () => (await import('./NetworksScreen.tsx')).NetworksScreen),
  commands: ({ t, client, world }) => {
    const group = t('networks.title');
    return [
      {
        id: 'networks.create',
        label: t('networks.create'),
        group,
        run: () => openOverlay({ is: 'create-network' }),
      },
      ...[...world.networks.values()].flatMap(network =>
        dhcpModes
          .filter(mode => mode !== network.dhcpMode)
          .map(mode => ({
            id: `network.${network.id}.${mode}`,
            label: `${network.name}: ${t('networks.dhcp', { mode: t(`dhcpMode.${mode}`) })}`,
            group,
            keywords: `${network.cidr} ${network.interfaceName}`,
            run: () => {
              goTo('networks');
              // Full may have to ask: the dialog does.
              if (mode === 'full') openOverlay({ is: 'serve-full', networkId: network.id });
              else
                client.networks
                  .setDhcpMode({ id: network.id, mode })
                  .catch((thrown: unknown) =>
                    notify('failed', { error: toCodedError(thrown) }, ['networks']),
                  );
            },
          })),
      ),
    ];
  },
};
