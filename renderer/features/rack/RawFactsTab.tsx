import { Box, TextField } from '@mui/material';
import { useMemo, useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { monoFont } from '../../ui/fonts.ts';
import { portsOf } from './ports-of.ts';
import { factLines, matchingFacts, rawFacts } from './raw-facts.ts';

/** Everything that is known of a server, as it is stored: for what no other tab shows, and for a report of a fault. */
export function RawFactsTab({ node }: { readonly node: Node }) {
  const t = useT();
  const ports = useWorld(world => world.ports);
  const portgroups = useWorld(world => world.portgroups);
  const [search, setSearch] = useState('');
  const facts = useMemo(() => {
    const bonds = [...portgroups.values()].filter(({ nodeId }) => nodeId === node.id);
    return rawFacts(node, portsOf(ports, node.id), bonds);
  }, [node, ports, portgroups]);
  const lines = useMemo(() => matchingFacts(factLines(facts), search), [facts, search]);
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <TextField
          label={t('facts.filter')}
          value={search}
          onChange={event => setSearch(event.target.value)}
          sx={{ flex: 1 }}
        />
        <Box component="span" role="status" sx={{ color: 'text.secondary' }}>
          {t('facts.count', { count: lines.length })}
        </Box>
        <CopyButton text={JSON.stringify(facts, null, 2)} label={t('facts.copy')} />
      </Box>
      <Box
        component="dl"
        sx={{
          m: 0,
          display: 'grid',
          gridTemplateColumns: 'minmax(120px, 2fr) 3fr',
          columnGap: 2,
          fontFamily: monoFont,
          fontSize: 12,
          overflowWrap: 'anywhere',
        }}
      >
        {lines.map(({ path, text }) => (
          <Box key={path} sx={{ display: 'contents' }}>
            <Box component="dt" sx={{ color: 'text.secondary' }}>
              {path}
            </Box>
            <Box component="dd" sx={{ m: 0, whiteSpace: 'pre-wrap' }}>
              {text}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
