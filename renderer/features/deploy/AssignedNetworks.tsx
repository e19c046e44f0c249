import { Box } from '@mui/material';
import type { NetworkAssignment } from '#shared/contract/index.ts';
import { isGuess } from '#shared/placement/network-guess.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import type { NetworkRow } from './network-rows.ts';
import { assignmentText, type Links, networkName, reasonsText } from './network-text.ts';

interface Props {
  readonly assignments: readonly NetworkAssignment[];
  readonly rows: readonly NetworkRow[];
  readonly links: Links;
}

/** Where each network goes, and why there. */
export function AssignedNetworks({ assignments, rows, links }: Props) {
  const t = useT();
  const networks = useWorld(world => world.networks);
  if (assignments.length === 0) return null;
  return (
    <Box>
      <strong>{t('review.networks')}</strong>
      <Box component="ul" aria-label={t('review.networks')} sx={{ m: 0, pl: 2.5 }}>
        {assignments.map(assignment => (
          <li key={assignment.request}>
            {networkName(t, rows[assignment.request], assignment.request, networks)}
            {' → '}
            <strong>{assignmentText(t, assignment, links)}</strong>{' '}
            {isGuess(assignment) && (
              <>
                <ToneText tone="waiting">{t('deployNetwork.guess')}</ToneText>{' '}
              </>
            )}
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {reasonsText(t, assignment.reasons)}
            </Box>
          </li>
        ))}
      </Box>
    </Box>
  );
}
