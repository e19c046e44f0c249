import type { Disk } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';

/** `SSD, nvme` */
export function diskKindText(t: Translate, disk: Pick<Disk, 'rotational' | 'transport'>): string {
  const kind = disk.rotational === null ? '' : t(disk.rotational ? 'disk.rotational' : 'disk.solid');
  return [kind, disk.transport].filter(word => word !== '').join(', ');
}
