import { assertNever } from '#shared/model/assert-never.ts';
import { DeployDialog } from '../features/deploy/DeployDialog.tsx';
import { ImportDialog } from '../features/images/ImportDialog.tsx';
import { CreateNetworkDialog } from '../features/networks/CreateNetworkDialog.tsx';
import { ServeFullDialog } from '../features/networks/ServeFullDialog.tsx';
import { ConfirmActionDialog } from '../features/rack/ConfirmActionDialog.tsx';
import { AddServerDialog } from '../features/server-form/AddServerDialog.tsx';
import { EditServerDialog } from '../features/server-form/EditServerDialog.tsx';
import { useOverlays } from './overlay.ts';

/** The dialog that was asked for, whichever feature it belongs to. */
export function OpenOverlay() {
  const overlay = useOverlays(({ stack }) => stack.at(-1));
  if (overlay === undefined) return null;
  switch (overlay.is) {
    case 'add-server':
      return <AddServerDialog mac={overlay.mac} />;
    case 'edit-server':
      return <EditServerDialog nodeId={overlay.nodeId} />;
    case 'confirm-action':
      return <ConfirmActionDialog nodeId={overlay.nodeId} action={overlay.action} />;
    case 'deploy':
      return <DeployDialog nodeId={overlay.nodeId} />;
    case 'import-image':
      return <ImportDialog />;
    case 'create-network':
      return <CreateNetworkDialog interfaceName={overlay.interfaceName} />;
    case 'serve-full':
      return <ServeFullDialog networkId={overlay.networkId} />;
    default:
      return assertNever(overlay);
  }
}
