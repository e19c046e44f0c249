import type { HostBridge } from '#shared/contract/host.ts';
import type { Translate } from '../i18n/catalogue.ts';

/** The Electron shell asks and notifies in the page's language, with the page's words; a browser tab has no shell. */
export function tellLeavingWords(host: HostBridge | undefined, t: Translate): void {
  void host?.calls.setLeavingWords({
    running: t('leaving.running', { deployments: '{deployments}' }),
    detail: t('leaving.detail'),
    background: t('leaving.background'),
    quit: t('leaving.quit'),
    cancel: t('action.cancel'),
    done: t('leaving.done'),
  });
}
