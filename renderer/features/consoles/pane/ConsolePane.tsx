import { Box } from '@mui/material';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { Section } from '../../../ui/Section.tsx';
import { RescuePanel } from '../../rack/rescue/RescuePanel.tsx';
import { useTabs } from '../deck/tabs-store.ts';
import { closeSession, sessionOf } from '../session/sessions.ts';
import { FindBar } from './FindBar.tsx';
import { KeyBar } from './KeyBar.tsx';
import { PaneNotices } from './PaneNotices.tsx';
import { PaneToolbar } from './PaneToolbar.tsx';
import { PasteDialog } from './PasteDialog.tsx';
import { StateLine } from './StateLine.tsx';
import { TroubleLines } from './TroubleLines.tsx';

interface Props {
  readonly nodeId: NodeId;
  /** One of many in view: words are short. */
  readonly isCompact: boolean;
  /** Keys go to this one, until a person goes elsewhere. */
  readonly hasFocus: boolean;
  /** Absent: whatever is around it closes it. */
  readonly onClose?: () => void;
}

/** A server's console: how it is, what can be done, and its terminal. */
export function ConsolePane({ nodeId, ...rest }: Props) {
  const t = useT();
  const node = useWorld(world => world.nodes.get(nodeId));
  const isLoaded = useWorld(world => world.isLoaded);
  if (node === undefined) return isLoaded && <EmptyState title={t('sheet.gone')} />;
  if (node.bmc === null) return <EmptyState title={t('console.noBmc')}>{t('console.noBmcText')}</EmptyState>;
  return <OpenPane node={node} {...rest} />;
}

interface OpenProps extends Omit<Props, 'nodeId'> {
  readonly node: Node;
}

function OpenPane({ node, isCompact, hasFocus, onClose }: OpenProps) {
  const t = useT();
  const client = useClient();
  const { id: nodeId, name } = node;
  const session = sessionOf(client, nodeId);
  const { isReady, offeredPaste, isFinding } = useStore(session.state);
  const [hasKeys, setKeys] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const leave = useCallback(() => toolbar.current?.querySelector<HTMLElement>('button')?.focus(), []);
  useEffect(() => {
    return host.current !== null && isReady ? session.attach(host.current, leave) : undefined;
  }, [session, isReady, leave]);
  useEffect(() => {
    if (isReady && hasFocus) session.focus();
  }, [session, isReady, hasFocus]);
  useEffect(() => {
    if (isReady) session.setLabel(t('console.terminal', { name }));
  }, [session, isReady, name, t]);
  // A console that was shown beside a server alone ends with that.
  useEffect(
    () => () => {
      if (!useTabs.getState().open.includes(nodeId)) closeSession(nodeId);
    },
    [nodeId],
  );
  return (
    <Box
      component="section"
      aria-label={t('console.of', { name })}
      sx={{ flex: 1, minWidth: 0, minHeight: 0, display: 'flex', flexDirection: 'column' }}
    >
      <Box
        sx={theme => ({
          flex: 'none',
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          columnGap: 1,
          px: 1,
          py: 0.25,
          borderBottom: `1px solid ${theme.colours.line}`,
        })}
      >
        <StateLine session={session} name={name} isCompact={isCompact} />
        <PaneToolbar
          ref={toolbar}
          session={session}
          node={node}
          hasKeys={hasKeys}
          onKeys={() => setKeys(known => !known)}
          onClose={onClose}
        />
      </Box>
      <TroubleLines session={session} />
      {node.provisionState === 'rescue' && !isCompact && (
        <Box
          sx={theme => ({
            maxHeight: '45%',
            overflow: 'auto',
            p: 1,
            borderBottom: `1px solid ${theme.colours.line}`,
          })}
        >
          <Section title={t('rescue.title')} level={2}>
            <RescuePanel key={nodeId} node={node} />
          </Section>
        </Box>
      )}
      {isFinding && <FindBar session={session} />}
      <Box sx={{ position: 'relative', flex: 1, minHeight: 0, backgroundColor: '#0c0f13' }}>
        <Box ref={host} sx={{ position: 'absolute', inset: 0 }} />
        <PaneNotices session={session} />
      </Box>
      {hasKeys && <KeyBar session={session} />}
      {offeredPaste !== null && <PasteDialog session={session} name={name} text={offeredPaste} />}
    </Box>
  );
}
