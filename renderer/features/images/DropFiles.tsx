import FileDownloadOutlinedIcon from '@mui/icons-material/FileDownloadOutlined';
import { Box } from '@mui/material';
import { useEffect, useState } from 'react';
import { notify } from '../../app/notifications.ts';
import { closeAllOverlays, useOverlays } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useConnection } from '../../client/client-context.tsx';
import type { PageConnection } from '../../client/connect.ts';
import { useT } from '../../i18n/i18n.ts';
import { importFiles } from './import-files.ts';

/** The whole window takes files; while some are held over it, it says what becomes of them. */
export function DropFiles() {
  const t = useT();
  const connection = useConnection();
  const [isOver, setOver] = useState(false);
  useEffect(() => onFileDrag(setOver, dropped => void importDropped(connection, dropped)), [connection]);
  if (!isOver) return null;
  return (
    <Box
      role="status"
      sx={theme => ({
        position: 'fixed',
        inset: 8,
        // Under the pointer it must not become what the files are held over.
        pointerEvents: 'none',
        zIndex: theme.zIndex.modal + 1,
        display: 'grid',
        placeContent: 'center',
        justifyItems: 'center',
        gap: 1,
        border: `2px dashed ${theme.colours.accent}`,
        borderRadius: 2,
        backgroundColor: theme.colours.surface,
        opacity: 0.95,
        textAlign: 'center',
      })}
    >
      <FileDownloadOutlinedIcon color="primary" sx={{ fontSize: 48 }} />
      <Box sx={{ fontSize: 20, fontWeight: 650 }}>{t('images.drop')}</Box>
      <Box sx={{ color: 'text.secondary', maxWidth: 560 }}>{t('images.dropHelp')}</Box>
    </Box>
  );
}

async function importDropped(connection: PageConnection, dropped: DataTransfer): Promise<void> {
  const { files, folders } = filesOf(dropped);
  if (folders > 0) notify('failed', { key: 'images.noFolders', values: { count: folders } }, ['images']);
  if (files.length === 0) return;
  closeAllOverlays();
  goTo('images');
  await importFiles(connection, files);
}

/** Files only: what is dragged inside of the page is somebody else's. */
function onFileDrag(onOver: (isOver: boolean) => void, onDrop: (dropped: DataTransfer) => void): () => void {
  // Each element under the pointer tells its own entering and leaving.
  let depth = 0;
  const show = (next: number) => {
    depth = Math.max(0, next);
    onOver(depth > 0);
  };
  const listeners = {
    dragenter: (event: DragEvent) => {
      if (hasFiles(event) && isFree()) show(depth + 1);
    },
    dragleave: (event: DragEvent) => {
      if (hasFiles(event)) show(depth - 1);
    },
    dragover: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Also where they are not taken: else the browser would open the file in the place of the page.
      event.preventDefault();
      if (!isFree() && event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none';
    },
    drop: (event: DragEvent) => {
      show(0);
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      if (isFree()) onDrop(event.dataTransfer);
    },
  } as const;
  const each = Object.entries(listeners) as [keyof typeof listeners, (event: DragEvent) => void][];
  for (const [name, listener] of each) window.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of each) window.removeEventListener(name, listener);
  };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true && !event.defaultPrevented;
}

/** No dialog is open whose form would be left behind, or that takes files itself. The one for images asks for them. */
function isFree(): boolean {
  const { stack } = useOverlays.getState();
  if (stack.length === 1 && stack[0]?.is === 'import-image') return true;
  // A screen's own dialogs are not among the overlays.
  return document.querySelector('[role=dialog][aria-modal=true]') === null;
}

/** A folder looks like an empty file. To be asked while the event lasts. */
function filesOf({ items }: DataTransfer): { readonly files: File[]; readonly folders: number } {
  const given = [...items].filter(({ kind }) => kind === 'file');
  const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry()?.isDirectory === true;
  return {
    files: given.filter(item => !isFolder(item)).flatMap(item => item.getAsFile() ?? []),
    folders: given.filter(isFolder).length,
  };
}
