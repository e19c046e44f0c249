import { Box, Button } from '@mui/material';
import type { DiskIdentity, Node } from '#shared/contract/index.ts';
import type { QueryState } from '../../../client/use-query.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { BlockerLines } from '../../deploy/BlockerLines.tsx';
import { DiskCheck } from '../../deploy/DiskCheck.tsx';
import { DiskLines } from '../../deploy/DiskLines.tsx';
import { findingKey, findingText } from '../../deploy/finding-text.ts';
import { InventoryAge } from '../../deploy/InventoryAge.tsx';
import { LeftAlone } from '../../deploy/LeftAlone.tsx';
import { erasedOf, withKept } from './clean-form.ts';
import type { CleanReview } from './use-clean-review.ts';

interface Props {
  readonly node: Node;
  readonly review: QueryState<CleanReview>;
  readonly kept?: readonly DiskIdentity[];
  /** Absent: there is no choice. */
  readonly onChange?: (kept: readonly DiskIdentity[]) => void;
}

/** What would be erased, what never is, and what speaks against it. */
export function CleanDisks({ node, review: { data, error, isPending, reload }, kept = [], onChange }: Props) {
  const t = useT();
  if (data === undefined)
    return (
      <Box role="status">
        {isPending && <ToneText tone="busy">{t('review.pending')}</ToneText>}
        {error && (
          <ErrorLines error={error}>
            <Button variant="outlined" onClick={reload}>
              {t('review.again')}
            </Button>
          </ErrorLines>
        )}
      </Box>
    );
  const erased = erasedOf(kept, data.disks);
  return (
    <>
      {node.inventory === null ? (
        <ToneText tone="waiting">{t('clean.notInspected')}</ToneText>
      ) : (
        <Box role="group" aria-label={t('clean.disks')} sx={{ display: 'grid', gap: 0.5 }}>
          <strong>{t('clean.disks')}</strong>
          <InventoryAge inventory={node.inventory} />
          {data.disks.length === 0 && <Box>{t('clean.noDisk')}</Box>}
          {data.disks.map(disk =>
            onChange === undefined ? (
              <Box key={disk.name}>
                <DiskLines node={node} disk={disk} />
              </Box>
            ) : (
              <DiskCheck
                key={disk.name}
                node={node}
                disk={disk}
                isChecked={erased.includes(disk)}
                onChange={isErased => onChange(withKept(kept, disk, !isErased))}
              />
            ),
          )}
        </Box>
      )}
      <LeftAlone filtered={data.filtered} />
      {data.warnings.map(finding => (
        <ToneText key={findingKey(finding)} tone="waiting">
          {findingText(t, finding).text}
        </ToneText>
      ))}
      {data.blockers.map(finding => (
        <BlockerLines key={findingKey(finding)} node={node} finding={finding} />
      ))}
    </>
  );
}
