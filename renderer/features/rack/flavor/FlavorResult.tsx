import { Box, Button } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { differenceText } from './difference-text.ts';
import type { FlavorMatch } from './flavor-match.ts';

interface Props {
  readonly found: FlavorMatch;
  readonly onSelect: (nodeIds: readonly NodeId[]) => void;
}

export function FlavorResult({ found: { matches, nearest }, onSelect }: Props) {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  const nameOf = (id: NodeId) => nodes.get(id)?.name ?? id;
  if (matches.length > 0)
    return (
      <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
        <ToneText tone="good">{t('flavor.matches', { count: matches.length })}</ToneText>
        <Box sx={{ maxHeight: 120, overflow: 'auto', overflowWrap: 'anywhere' }}>
          {matches.map(nameOf).join(', ')}
        </Box>
        <Button variant="outlined" onClick={() => onSelect(matches)}>
          {t('flavor.select', { count: matches.length })}
        </Button>
      </Box>
    );
  if (nearest.length === 0) return <ToneText tone="waiting">{t('flavor.noServer')}</ToneText>;
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <ToneText tone="waiting">{t('flavor.none')}</ToneText>
      <Box component="ul" aria-label={t('flavor.none')} sx={{ m: 0, pl: 2.5 }}>
        {nearest.map(({ nodeId, differences }) => (
          <li key={nodeId}>
            <strong>{nameOf(nodeId)}</strong>
            {': '}
            {differences.map(difference => differenceText(t, difference)).join('; ')}
          </li>
        ))}
      </Box>
    </Box>
  );
}
