import type { BatchProposal } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { bytesText, speedText } from '../../../ui/measure-text.ts';
import { durationText } from '../../../ui/time-text.ts';

/** How long it takes, and of what that was made. `isProposed`: so many at once are ours to explain, not a person's choice. */
export function estimateText(t: Translate, proposal: BatchProposal, isProposed: boolean): string {
  const { concurrency, estimateSeconds, bytesPerServer, linkBitsPerSecond, measuredDeployments } = proposal;
  const link = linkBitsPerSecond === null ? t('batchReview.linkUnknown') : speedText(linkBitsPerSecond / 1e6);
  return [
    t('batchReview.estimate', { duration: durationText(t, estimateSeconds * 1000), concurrency }),
    t('batchReview.size', { size: bytesText(bytesPerServer) }),
    t('batchReview.link', { link }),
    ...(isProposed ? [t(`batchReview.limit.${proposal.limitedBy}`)] : []),
    measuredDeployments === 0
      ? t('batchReview.assumed')
      : t('batchReview.measured', { count: measuredDeployments }),
  ].join(' · ');
}
