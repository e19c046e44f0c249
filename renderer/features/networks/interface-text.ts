import type { NetworkInterface } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';

/** `enp3s0 · 10.77.0.1/24 · no cable` */
export function interfaceText(t: Translate, nic: NetworkInterface): string {
  return [nic.name, addressesText(t, nic), linkWord(t, nic)].join(' · ');
}

export function addressesText(t: Translate, { addresses }: NetworkInterface): string {
  if (addresses.length === 0) return t('networks.withoutAddress');
  return addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`).join(', ');
}

export function linkWord(t: Translate, { up, carrier }: NetworkInterface): string {
  if (!up) return t('networks.down');
  return carrier ? t('networks.carrier') : t('networks.noCarrier');
}
