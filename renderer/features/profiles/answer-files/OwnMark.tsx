import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';

/** Whether it is ours, differs from ours, or has changes that are not stored. */
export function OwnMark({ isOwn, isChanged }: { readonly isOwn: boolean; readonly isChanged: boolean }) {
  const t = useT();
  if (isChanged) return <ToneText tone="waiting">{t('answerFile.changed')}</ToneText>;
  if (isOwn) return <ToneText tone="good">{t('answerFile.own')}</ToneText>;
  return <ToneText tone="idle">{t('answerFile.ours')}</ToneText>;
}
