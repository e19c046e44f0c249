import { Box, Button } from '@mui/material';
import { useState } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import type { ImageUses } from './image-uses.ts';
import { noteRemoved } from './removed-images.ts';

interface Props {
  readonly image: Image;
  readonly uses: ImageUses;
}

/** Protected while a deployment reads it or a profile names it. */
export function RemoveImage({ image, uses }: Props) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useCommand(() => client.images.remove({ id: image.id }));
  const confirm = async () => {
    if ((await remove.run()) === undefined) return;
    noteRemoved(image);
    goTo('images');
  };
  const { running, profiles } = uses;
  const names = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name).join(', ');
  return (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
      <Button
        variant="outlined"
        color="error"
        sx={{ flex: 'none' }}
        disabled={running.length + profiles.length > 0}
        onClick={() => setAsking(true)}
      >
        {t('images.remove')}
      </Button>
      {running.length > 0 && t('images.inUse', { name: running.map(({ nodeName }) => nodeName).join(', ') })}
      {running.length === 0 && profiles.length > 0 && t('images.inProfiles', { names: names(profiles) })}
      {isAsking && (
        <ConfirmDialog
          title={t('images.removeTitle', { name: image.name })}
          action={t('images.remove')}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          {t('images.removeText', { size: bytesText(image.storedSizeBytes) })}
        </ConfirmDialog>
      )}
    </Box>
  );
}
