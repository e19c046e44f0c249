import CloseIcon from '@mui/icons-material/Close';
import CloseFullscreenIcon from '@mui/icons-material/CloseFullscreen';
import OpenInFullIcon from '@mui/icons-material/OpenInFull';
import { Box, IconButton, Tab, Tabs, Tooltip, Typography } from '@mui/material';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../client/world-store.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { EventLogTab } from '../health/event-log/EventLogTab.tsx';
import { SensorsTab } from '../health/sensors/SensorsTab.tsx';
import { ConsoleTab } from './ConsoleTab.tsx';
import { DisksTab } from './DisksTab.tsx';
import { NicsTab } from './NicsTab.tsx';
import { NodeActionBar } from './NodeActionBar.tsx';
import { nodeTone } from './node-actions.ts';
import { OverviewTab } from './OverviewTab.tsx';
import { RawFactsTab } from './RawFactsTab.tsx';
import { TimelineTab } from './TimelineTab.tsx';

export const sheetTabs = [
  'overview',
  'nics',
  'disks',
  'timeline',
  'console',
  'sensors',
  'event-log',
  'facts',
] as const;
export type SheetTab = (typeof sheetTabs)[number];

interface Props {
  readonly nodeId: NodeId;
  readonly tab: string;
  /** What is open inside the tab. */
  readonly part: string | undefined;
  /** The sheet has the whole screen for itself. */
  readonly isWide: boolean;
  readonly onWide: (isWide: boolean) => void;
  /** To another tab, or to a part of one. */
  readonly onGo: (tab: SheetTab, ...part: readonly string[]) => void;
  readonly onClose: () => void;
}

/** A server beside the table. Escape closes it; it can take the whole width for a timeline. */
export function NodeSheet({ nodeId, tab: tabName, part, isWide, onWide, onGo, onClose }: Props) {
  const t = useT();
  const node = useWorld(world => world.nodes.get(nodeId));
  const isLoaded = useWorld(world => world.isLoaded);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const tab = sheetTabs.find(name => name === tabName) ?? 'overview';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose();
  };
  return (
    <Box
      component="aside"
      aria-label={t('sheet.label', { name: node?.name ?? '' })}
      onKeyDown={onKeyDown}
      sx={theme => ({
        width: isWide ? '100%' : 'min(600px, 52%)',
        flex: isWide ? 1 : 'none',
        display: 'flex',
        flexDirection: 'column',
        minHeight: 0,
        borderLeft: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.surface,
      })}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, pl: 2, pr: 1, pt: 1, minHeight: 48 }}>
        <Typography
          variant="h2"
          component={isWide ? 'h1' : 'h2'}
          ref={heading}
          tabIndex={-1}
          noWrap
          sx={{ '&:focus-visible': { outline: 0 } }}
        >
          {node?.name ?? ''}
        </Typography>
        {node && <ToneText tone={nodeTone(node)}>{t(`state.${node.provisionState}`)}</ToneText>}
        <Box sx={{ ml: 'auto', display: 'flex' }}>
          <SheetButton
            label={isWide ? t('sheet.narrow') : t('sheet.wide')}
            onClick={() => onWide(!isWide)}
            icon={isWide ? <CloseFullscreenIcon fontSize="small" /> : <OpenInFullIcon fontSize="small" />}
          />
          <SheetButton label={t('action.close')} onClick={onClose} icon={<CloseIcon fontSize="small" />} />
        </Box>
      </Box>
      {node === undefined ? (
        isLoaded && <EmptyState title={t('sheet.gone')} />
      ) : (
        <>
          <NodeActionBar node={node} />
          <Tabs
            value={tab}
            onChange={(_, name: SheetTab) => onGo(name)}
            variant="scrollable"
            aria-label={t('sheet.tabs')}
            sx={theme => ({ px: 1, borderBottom: `1px solid ${theme.colours.line}`, flex: 'none' })}
          >
            {sheetTabs.map(name => (
              <Tab
                key={name}
                value={name}
                label={tabLabel(t, name)}
                id={`tab-${name}`}
                aria-controls={`panel-${name}`}
              />
            ))}
          </Tabs>
          <Box
            role="tabpanel"
            id={`panel-${tab}`}
            aria-labelledby={`tab-${tab}`}
            tabIndex={0}
            sx={{ flex: 1, minHeight: 0, overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
          >
            {tab === 'overview' && <OverviewTab node={node} />}
            {tab === 'nics' && <NicsTab node={node} />}
            {tab === 'disks' && <DisksTab node={node} />}
            {tab === 'timeline' && <TimelineTab node={node} />}
            {tab === 'console' && <ConsoleTab nodeId={node.id} />}
            {tab === 'sensors' && (
              <SensorsTab
                node={node}
                isWide={isWide}
                openKey={part}
                onOpen={key => onGo('sensors', ...(key === undefined ? [] : [key]))}
              />
            )}
            {tab === 'event-log' && <EventLogTab node={node} />}
            {tab === 'facts' && <RawFactsTab node={node} />}
          </Box>
        </>
      )}
    </Box>
  );
}

function tabLabel(t: Translate, tab: SheetTab): string {
  return t(`sheet.${tab}`);
}

interface SheetButtonProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
}

function SheetButton({ label, icon, onClick }: SheetButtonProps) {
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={onClick}>
        {icon}
      </IconButton>
    </Tooltip>
  );
}
