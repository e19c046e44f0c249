import { ThemeProvider } from '@mui/material';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { rackTheme } from '#renderer/app/theme.ts';
import { ConnectionProvider } from '#renderer/client/client-context.tsx';
import type { PageConnection } from '#renderer/client/connect.ts';
import { NetworkCard } from '#renderer/features/networks/NetworkCard.tsx';
import { startI18n } from '#renderer/i18n/i18n.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { aNetwork } from '#test/fakes/rows.ts';

// Its store has no picture for a server's rendering.
vi.mock('#renderer/ui/use-now.ts', () => ({ useNow: () => 0 }));

const networks = [
  aNetwork({ name: 'provisioning' }),
  aNetwork({ id: '77777777-7777-4777-8777-777777777778' as NetworkId, name: 'storage' }),
];

function textOf(markup: string, id: string): string {
  const inner = new RegExp(`<(\\w+)[^>]* id="${id}"[^>]*>(.*?)</\\1>`).exec(markup)?.[2] ?? '';
  return inner.replaceAll(/<[^>]*>/g, '');
}

it('buttons that each network has are told apart by its name', async () => {
  await startI18n('en');
  const cards = networks.map(network =>
    createElement(NetworkCard, { key: network.id, network, nic: undefined, leases: [] }),
  );
  const page = createElement(ConnectionProvider, { value: {} as PageConnection }, cards);
  const markup = renderToStaticMarkup(
    createElement(ThemeProvider, { theme: rackTheme('light', 'compact', {}) }, page),
  );
  const names = [...markup.matchAll(/<button[^>]* aria-labelledby="([^"]*)"/g)].map(([, ids = '']) =>
    ids
      .split(' ')
      .map(id => textOf(markup, id))
      .join(' '),
  );
  expect(names).toEqual([
    'Edit… provisioning',
    'Remove… provisioning',
    'Show leases provisioning',
    'Edit… storage',
    'Remove… storage',
    'Show leases storage',
  ]);
});
