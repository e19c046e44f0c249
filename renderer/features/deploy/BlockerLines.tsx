import { Box } from '@mui/material';
import { imageId as asImageId, type Node } from '#shared/contract/index.ts';
import { closeAllOverlays, openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines, type NextActions } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { allowedActions } from '../rack/node-actions.ts';
import { startAction } from '../rack/perform-action.ts';
import { type Finding, findingText } from './finding-text.ts';
import { linkText, reasonsText } from './network-text.ts';
import { candidatesOf } from './no-nic.ts';

interface Props {
  readonly node: Node;
  readonly finding: Finding;
}

/** What a review found to speak against it, with the button that mends it. */
export function BlockerLines({ node, finding }: Props) {
  const t = useT();
  const client = useClient();
  const { text, asError } = findingText(t, finding);
  if (asError === undefined) return <ToneText tone="failed">{text}</ToneText>;
  const mayInspect = allowedActions(node, undefined).has('inspect');
  return (
    <>
      <ErrorLines
        error={asError}
        actions={{
          'open-networks': leaveForNetworks,
          ...correctionOf(finding),
          ...(mayInspect && { inspect: () => startAction(client, node, 'inspect') }),
        }}
      />
      <Candidates finding={finding} />
    </>
  );
}

/** The NICs and bonds that were looked at for a network, and what speaks for and against each. */
function Candidates({ finding }: { readonly finding: Finding }) {
  const t = useT();
  const ports = useWorld(world => world.ports);
  const portgroups = useWorld(world => world.portgroups);
  const candidates = candidatesOf(finding);
  if (candidates.length === 0) return null;
  return (
    <Box component="ul" aria-label={t('deployNetwork.candidates')} sx={{ m: 0, pl: 2.5 }}>
      {candidates.map(candidate => (
        <li key={candidate.portgroupId ?? candidate.portId}>
          <strong>{linkText(t, candidate, { ports, portgroups })}</strong>
          {candidate.reasons.length > 0 && `: ${reasonsText(t, candidate.reasons)}`}
        </li>
      ))}
    </Box>
  );
}

/** What the installer of an image lacks is said in its own dialog, over this one. */
function correctionOf({ details }: Finding): NextActions {
  const imageId = asImageId.safeParse(details['imageId']).data;
  if (imageId === undefined) return {};
  return { 'correct-installer': () => openOverlay({ is: 'correct-installer', imageId }) };
}

function leaveForNetworks(): void {
  closeAllOverlays();
  goTo('networks');
}
