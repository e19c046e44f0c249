import { expect, it, vi } from 'vitest';
import { startVirtualRack } from '#renderer/features/rack/use-virtual-rack.ts';
import { i18nInstance, startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { RacksideClient } from '#shared/contract/index.ts';

it('what comes with simulated servers is named in the language of whoever starts them', async () => {
  await startI18n('en');
  const start = vi.fn(async () => ({ nodes: 8 }));
  const client = { virtualRack: { start } } as unknown as RacksideClient;
  await startVirtualRack(client, translate);
  await i18nInstance.changeLanguage('zh-CN');
  await startVirtualRack(client, translate);
  expect(start.mock.calls).toEqual([
    [{ nodes: 8, names: { network: 'Virtual rack', image: 'Demo image' } }],
    [{ nodes: 8, names: { network: '虚拟机架', image: '演示镜像' } }],
  ]);
});
