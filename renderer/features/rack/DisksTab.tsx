import { Box, Chip } from '@mui/material';
import type { Disk, Node } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Facts } from '../../ui/Facts.tsx';
import { ListCard } from '../../ui/ListCard.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { DiskContents } from '../deploy/DiskContents.tsx';
import { diskKindText } from '../deploy/disk-text.ts';
import { InventoryAge } from '../deploy/InventoryAge.tsx';
import { SmartFacts } from './hardware/SmartFacts.tsx';

export function DisksTab({ node }: { readonly node: Node }) {
  const t = useT();
  const { inventory } = node;
  if (inventory === null) return <Box sx={{ p: 2, color: 'text.secondary' }}>{t('disk.notInspected')}</Box>;
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 1.5 }}>
      <InventoryAge inventory={inventory} />
      {inventory.disks.length === 0 && <Box>{t('rack.noDisk')}</Box>}
      {inventory.disks.map(disk => (
        <DiskCard key={disk.name} node={node} disk={disk} />
      ))}
    </Box>
  );
}

function DiskCard({ node, disk }: { readonly node: Node; readonly disk: Disk }) {
  const t = useT();
  const { controller } = disk;
  return (
    <ListCard
      title={
        <>
          <Mono>{disk.name}</Mono>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {disk.model || t('disk.noModel')}
          </Box>
          <span>{bytesText(disk.sizeBytes)}</span>
          {disk.readOnly && <Chip color="warning" variant="outlined" label={t('disk.readOnly')} />}
          {disk.removable && <Chip color="warning" variant="outlined" label={t('disk.removable')} />}
        </>
      }
    >
      <Facts
        facts={[
          { label: t('disk.serial'), value: disk.serial && <Mono>{disk.serial}</Mono> },
          { label: t('disk.wwn'), value: disk.wwn && <Mono>{disk.wwn}</Mono> },
          { label: t('disk.kind'), value: diskKindText(t, disk) },
          {
            label: t('disk.controller'),
            value:
              controller === null
                ? ''
                : `${controller.driver} ${controller.pciAddress} (${controller.pciId})`,
          },
          { label: t('disk.path'), value: disk.byPath && <Mono>{disk.byPath}</Mono> },
          { label: t('disk.contents'), value: <DiskContents node={node} disk={disk} /> },
        ]}
      />
      <SmartFacts disk={disk} />
    </ListCard>
  );
}
