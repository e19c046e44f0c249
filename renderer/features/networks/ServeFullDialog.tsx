import type { NetworkId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';

/**
 * The one question before DHCP answers where it could harm somebody: beside another server, or on the wire of the
 * default route. A yes counts for both, and is stored with the network. Where nobody could look for other servers, a
 * second yes counts for that too.
 */
export function ServeFullDialog({ networkId }: { readonly networkId: NetworkId }) {
  const t = useT();
  const client = useClient();
  const network = useWorld(world => world.networks.get(networkId));
  const hasOthers = (network?.otherServers.length ?? 0) > 0;
  const serve = useCommand((serveBesideOthers: boolean) =>
    client.networks.setDhcpMode({ id: networkId, mode: 'full', serveBesideOthers }),
  );
  const isBlind = serve.error?.code.startsWith('net.') ?? false;
  if (network === undefined) return null;
  const confirm = async () => {
    if ((await serve.run(hasOthers || isBlind)) !== undefined) closeOverlay();
  };
  return (
    <ConfirmDialog
      title={t('serveFull.title', { name: network.name, interfaceName: network.interfaceName })}
      action={t(hasOthers ? 'networks.serveBeside' : 'serveFull.action')}
      isDangerous
      isPending={serve.isPending}
      error={serve.error}
      onConfirm={() => void confirm()}
      onClose={closeOverlay}
    >
      {network.otherServers.map(({ server, offered }) => (
        <div key={server}>{t('serveFull.other', { server, offered })}</div>
      ))}
      {isBlind && <div>{t('serveFull.blind')}</div>}
      <div>{t('serveFull.text')}</div>
    </ConfirmDialog>
  );
}
