import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  type DialogProps,
  DialogTitle,
  type SxProps,
  type Theme,
} from '@mui/material';
import { type FormEvent, type ReactNode, useId } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import { useT } from '../i18n/i18n.ts';
import { ErrorLines } from './ErrorLines.tsx';
import { useLeaving } from './use-leaving.tsx';

interface Props {
  readonly title: string;
  /** The verb on the button; *Save* unless something else happens. */
  readonly action?: string;
  /** Something would be lost: leaving asks first. */
  readonly isDirty: boolean;
  /** Everything that is needed is there and right. */
  readonly isComplete: boolean;
  readonly isPending: boolean;
  readonly error: CodedError | null;
  readonly onSubmit: () => void;
  readonly onLeave: () => void;
  /** At the left of *Cancel*. */
  readonly moreActions?: ReactNode;
  readonly maxWidth?: DialogProps['maxWidth'];
  readonly paper?: SxProps<Theme>;
  readonly content?: SxProps<Theme>;
  readonly children: ReactNode;
}

/** A form in a dialog: sent by Enter or its button, left by Escape or *Cancel*, and not by a click beside it. */
export function FormDialog(props: Props) {
  const t = useT();
  const titleId = useId();
  const leaving = useLeaving(props.isDirty, props.onLeave);
  const isReady = props.isComplete && !props.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) props.onSubmit();
  };
  return (
    <Dialog
      open
      onClose={leaving.onDialogClose}
      maxWidth={props.maxWidth ?? 'sm'}
      fullWidth
      aria-labelledby={titleId}
      slotProps={{ paper: { sx: props.paper ?? {} } }}
    >
      <form onSubmit={submit} style={{ display: 'contents' }}>
        <DialogTitle id={titleId}>{props.title}</DialogTitle>
        <DialogContent sx={props.content ?? { display: 'grid', gap: 1.5 }}>
          {props.children}
          {props.error && <ErrorLines error={props.error} />}
        </DialogContent>
        <DialogActions>
          {props.moreActions}
          <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={!isReady}>
            {props.action ?? t('action.save')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}
