import { Box } from '@mui/material';
import type { Disk, Node } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ageText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { writeStartedAt, writtenSince } from './disk-writes.ts';

interface Props {
  readonly node: Node;
  readonly disk: Disk;
}

/** What is on a disk now, a line each: what the ramdisk saw, unless we have written there since. */
export function DiskContents({ node, disk }: Props) {
  const t = useT();
  const now = useNow();
  const deployments = useWorld(world => world.deployments);
  const written = writtenSince(node, disk, deployments.values());
  // Within a region that is spoken when it changes: the age is not news each second.
  if (written !== undefined)
    return (
      <strong aria-live="off">
        {t('disk.writtenByUs', {
          image: written.imageName,
          hostName: written.hostName,
          age: ageText(t, writeStartedAt(written) ?? written.createdAt, now),
        })}
      </strong>
    );
  if (disk.contents.length === 0) return <>{t('disk.empty')}</>;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {disk.contents.map(line => (
        <li key={line}>
          <Mono>{line}</Mono>
        </li>
      ))}
    </Box>
  );
}
