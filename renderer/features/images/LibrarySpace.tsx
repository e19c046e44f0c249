import { Box } from '@mui/material';
import { useClient } from '../../client/client-context.tsx';
import { useQuery } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { useRemovedImages } from './removed-images.ts';

/** Less than a DVD's worth is worth a warning. */
const scarceBytes = 5e9;

/** Room on the library's disk, asked anew when an import ends or begins or a file has gone; with files, what they need of it. */
export function LibrarySpace({ paths = [] }: { readonly paths?: readonly string[] }) {
  const t = useT();
  const client = useClient();
  const states = useWorld(({ images }) => [...images.values()].map(({ id, state }) => id + state).join());
  const removed = useRemovedImages(state => state.removed.length);
  const { data } = useQuery(
    [states, removed, ...paths].join('\n'),
    signal => client.images.space({ paths: [...paths] }, signal),
    paths.length > 0 ? 300 : 0,
  );
  if (data === undefined) return null;
  const leftBytes = Math.max(0, data.freeBytes - data.reserveBytes);
  const isShort = data.neededBytes > leftBytes;
  const room =
    data.neededBytes > 0
      ? t('images.spaceNeeded', { needed: bytesText(data.neededBytes), left: bytesText(leftBytes) })
      : t('images.spaceLeft', { left: bytesText(leftBytes) });
  return (
    <Box component="span" role="status" sx={{ color: 'text.secondary', alignSelf: 'center' }}>
      {isShort || leftBytes < scarceBytes ? (
        <ToneText tone={isShort ? 'failed' : 'waiting'}>{room}</ToneText>
      ) : (
        room
      )}
    </Box>
  );
}
