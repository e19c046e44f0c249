import { Button } from '@mui/material';
import type { Image, RacksideClient } from '#shared/contract/index.ts';
import { notify } from '../../app/notifications.ts';
import { useClient } from '../../client/client-context.tsx';
import { toCodedError } from '../../client/coded-error.ts';
import { useT } from '../../i18n/i18n.ts';

/** In its row, where the keyboard has that of the side sheet. */
export function RetryImport({ image }: { readonly image: Image }) {
  const t = useT();
  const client = useClient();
  return (
    <Button
      variant="outlined"
      tabIndex={-1}
      aria-label={t('images.retryOf', { name: image.name })}
      sx={{ py: 0.25, ml: 1 }}
      onClick={event => {
        event.stopPropagation();
        void retryImport(client, image);
      }}
    >
      {t('images.retry')}
    </Button>
  );
}

/** The row itself shows how it goes. */
export async function retryImport(client: RacksideClient, { id }: Image): Promise<void> {
  try {
    await client.images.retryImport({ id });
  } catch (thrown) {
    notify('failed', { error: toCodedError(thrown) }, ['images', id]);
  }
}
