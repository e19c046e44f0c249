import { assertNever } from '#shared/model/assert-never.ts';
import { DeployDialog } from '../features/deploy/DeployDialog.tsx';
import { CorrectInstallerDialog } from '../features/images/CorrectInstallerDialog.tsx';
import { ImportDialog } from '../features/images/ImportDialog.tsx';
import { CreateNetworkDialog } from '../features/networks/CreateNetworkDialog.tsx';
import { EditNetworkDialog } from '../features/networks/EditNetworkDialog.tsx';
import { ServeFullDialog } from '../features/networks/ServeFullDialog.tsx';
import { AnswerFilesDialog } from '../features/profiles/answer-files/AnswerFilesDialog.tsx';
import { CreateProfileDialog, EditProfileDialog } from '../features/profiles/ProfileDialog.tsx';
import { ConfirmActionDialog } from '../features/rack/ConfirmActionDialog.tsx';
import { CleanDialog } from '../features/rack/clean/CleanDialog.tsx';
import { MoveServerDialog } from '../features/rack/elevation/MoveServerDialog.tsx';
import { ScanDialog } from '../features/rack/scan/ScanDialog.tsx';
import { ImportServersDialog } from '../features/rack/transfer/ImportServersDialog.tsx';
import { AddServerDialog } from '../features/server-form/AddServerDialog.tsx';
import { EditServersDialog } from '../features/server-form/bulk/EditServersDialog.tsx';
import { RunActionDialog } from '../features/server-form/bulk/RunActionDialog.tsx';
import { UndoEditDialog } from '../features/server-form/bulk/UndoEditDialog.tsx';
import { EditServerDialog } from '../features/server-form/EditServerDialog.tsx';
import type { Overlay } from './overlay.ts';

/** The dialog of each overlay, whichever feature it belongs to. */
export function OverlayDialog({ overlay }: { readonly overlay: Overlay }) {
  switch (overlay.is) {
    case 'add-server':
      return <AddServerDialog mac={overlay.mac} />;
    case 'scan':
      return <ScanDialog />;
    case 'edit-server':
      return <EditServerDialog nodeId={overlay.nodeId} />;
    case 'edit-servers':
      return <EditServersDialog nodeIds={overlay.nodeIds} />;
    case 'undo-edit':
      return <UndoEditDialog edit={overlay} />;
    case 'run-action':
      return <RunActionDialog action={overlay.action} nodeIds={overlay.nodeIds} />;
    case 'move-server':
      return <MoveServerDialog nodeId={overlay.nodeId} />;
    case 'import-servers':
      return <ImportServersDialog />;
    case 'confirm-action':
      return <ConfirmActionDialog nodeId={overlay.nodeId} action={overlay.action} />;
    case 'deploy':
      return <DeployDialog nodeId={overlay.nodeId} />;
    case 'clean':
      return <CleanDialog nodeId={overlay.nodeId} />;
    case 'import-image':
      return <ImportDialog />;
    case 'correct-installer':
      return <CorrectInstallerDialog imageId={overlay.imageId} />;
    case 'create-profile':
      return <CreateProfileDialog copyOf={overlay.copyOf} />;
    case 'edit-profile':
      return <EditProfileDialog profileId={overlay.profileId} />;
    case 'answer-files':
      return <AnswerFilesDialog profileId={overlay.profileId} />;
    case 'create-network':
      return <CreateNetworkDialog interfaceName={overlay.interfaceName} />;
    case 'edit-network':
      return <EditNetworkDialog networkId={overlay.networkId} />;
    case 'serve-full':
      return <ServeFullDialog networkId={overlay.networkId} />;
    default:
      return assertNever(overlay);
  }
}
