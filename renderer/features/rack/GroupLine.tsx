import ChevronRightIcon from '@mui/icons-material/ChevronRight';
import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { stateTone } from './node-actions.ts';
import type { GroupRow, UnknownRestRow } from './rack-rows.ts';

/** What a group's servers have in common, how many there are, and in which states. */
export function GroupLine({ group }: { readonly group: GroupRow }) {
  const t = useT();
  return (
    <FoldLine isFolded={group.isFolded}>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {groupName(t, group)}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
        {t('rack.servers', { count: group.memberIds.length })}
      </Box>
      {group.grouping !== 'state' && (
        <Box component="span" sx={{ display: 'flex', gap: 1.5, ml: 1, fontWeight: 400, overflow: 'hidden' }}>
          {group.counts.map(([state, count]) => (
            <Box
              key={state}
              component="span"
              sx={{ display: 'inline-flex', gap: 0.75, alignItems: 'center', whiteSpace: 'nowrap' }}
            >
              <ToneMark tone={stateTone(state)} />
              {t('group.count', { state: t(`state.${state}`), count })}
            </Box>
          ))}
        </Box>
      )}
    </FoldLine>
  );
}

/** *And 312 more unknown machines.* */
export function UnknownRestLine({ rest }: { readonly rest: UnknownRestRow }) {
  const t = useT();
  return <FoldLine isFolded={rest.isFolded}>{t('discovered.rest', { count: rest.count })}</FoldLine>;
}

interface FoldLineProps {
  readonly isFolded: boolean;
  readonly children: ReactNode;
}

function FoldLine({ isFolded, children }: FoldLineProps) {
  const Fold = isFolded ? ChevronRightIcon : ExpandMoreIcon;
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 0, fontWeight: 600 }}>
      <Fold fontSize="small" aria-hidden="true" />
      {children}
    </Box>
  );
}

export function groupName(t: Translate, { grouping, value }: Pick<GroupRow, 'grouping' | 'value'>): string {
  switch (grouping) {
    case 'rack':
      return value === '' ? t('group.noRack') : t('group.rack', { name: value });
    case 'model':
      return value === '' ? t('group.noModel') : value;
    case 'state':
      return t(`state.${value as ProvisionState}`);
    default:
      return assertNever(grouping);
  }
}
