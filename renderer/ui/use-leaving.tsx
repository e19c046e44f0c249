import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

export interface Leaving {
  /** For *Cancel*: closes, after a question where something would be lost. */
  readonly leave: () => void;
  /** For the dialog itself: Escape is a *Cancel*, a click beside it is nothing. */
  readonly onDialogClose: (event: object, reason: 'backdropClick' | 'escapeKeyDown') => void;
  /** To be rendered inside the dialog. */
  readonly question: ReactNode;
}

/** How a person gets out of a form without losing what was entered. */
export function useLeaving(isDirty: boolean, onLeave: () => void): Leaving {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const leave = () => {
    if (isDirty) setAsking(true);
    else onLeave();
  };
  return {
    leave,
    onDialogClose: (_, reason) => {
      if (reason === 'escapeKeyDown') leave();
    },
    question: isAsking && (
      <ConfirmDialog
        title={t('leave.title')}
        action={t('leave.discard')}
        cancel={t('leave.stay')}
        isDangerous
        isPending={false}
        error={null}
        onConfirm={onLeave}
        onClose={() => setAsking(false)}
      >
        {t('leave.text')}
      </ConfirmDialog>
    ),
  };
}
