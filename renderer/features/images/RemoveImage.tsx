import { Box, Button } from '@mui/material';
import { useState } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import type { ImageUsers } from './ImageUsesSection.tsx';
import { noteRemoved } from './removed-images.ts';

interface Props {
  readonly image: Image;
  readonly users: ImageUsers;
}

/** Protected while somebody needs it; the engine decides again. */
export function RemoveImage({ image, users }: Props) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useCommand(() => client.images.remove({ id: image.id }));
  const confirm = async () => {
    if ((await remove.run()) === undefined) return;
    noteRemoved(image);
    goTo('images');
  };
  const needing = (['deployment', 'batch', 'profile'] as const).flatMap(kind => {
    const names = users.data?.filter(user => user.kind === kind).map(({ name }) => name) ?? [];
    return names.length === 0 ? [] : [{ kind, names: names.join(', ') }];
  });
  return (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
      <Button
        variant="outlined"
        color="error"
        sx={{ flex: 'none' }}
        disabled={needing.length > 0}
        onClick={() => setAsking(true)}
      >
        {t('images.remove')}
      </Button>
      <Box>
        {needing.map(({ kind, names }) => (
          <div key={kind}>{t(`images.neededBy.${kind}`, { names })}</div>
        ))}
      </Box>
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
