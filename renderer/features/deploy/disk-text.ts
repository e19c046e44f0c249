import type { Disk } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';

/** `SSD, nvme` */
export function diskKindText(t: Translate, disk: Pick<Disk, 'rotational' | 'transport'>): string {
  const kind = disk.rotational ? t('disk.rotational') : t('disk.solid');
  return disk.transport === '' ? kind : `${kind}, ${disk.transport}`;
}
