import { Box } from '@mui/material';
import type { Disk, Node } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { DiskContents } from './DiskContents.tsx';
import { diskKindText } from './disk-text.ts';

/** Everything by which a person knows a disk, and what would be lost with it. */
export function DiskLines({ node, disk }: { readonly node: Node; readonly disk: Disk }) {
  const t = useT();
  const marks = [
    disk.serial && `${t('disk.serial')} ${disk.serial}`,
    disk.wwn && `${t('disk.wwn')} ${disk.wwn}`,
  ].filter(Boolean);
  const { controller } = disk;
  const place = [
    diskKindText(t, disk),
    controller && `${controller.driver} ${controller.pciAddress}`,
    disk.removable && t('disk.removable'),
  ].filter(Boolean);
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.25, flexWrap: 'wrap', alignItems: 'baseline' }}>
        <Mono>{disk.name}</Mono>
        <strong>{disk.model || t('disk.noModel')}</strong>
        <strong>{bytesText(disk.sizeBytes)}</strong>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {place.join(' · ')}
        </Box>
      </Box>
      {marks.length > 0 && <Mono>{marks.join('   ')}</Mono>}
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline' }}>
        <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
          {t('disk.contents')}
        </Box>
        <DiskContents node={node} disk={disk} />
      </Box>
    </>
  );
}
