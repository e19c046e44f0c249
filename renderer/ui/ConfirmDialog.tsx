import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type ReactNode, useId } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import { useT } from '../i18n/i18n.ts';
import { ErrorLines } from './ErrorLines.tsx';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** The verb: what the button does. */
  readonly action: string;
  /** The word on the other button, where *Cancel* could be misread. */
  readonly cancel?: string;
  readonly isDangerous?: boolean;
  /** False while something that is asked for is not there. */
  readonly isReady?: boolean;
  readonly isPending: boolean;
  readonly error: CodedError | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: Props) {
  const t = useT();
  const titleId = useId();
  return (
    <Dialog open onClose={props.onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{props.title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        {props.children}
        {props.error && <ErrorLines error={props.error} />}
      </DialogContent>
      <DialogActions>
        <Button autoFocus onClick={props.onClose}>
          {props.cancel ?? t('action.cancel')}
        </Button>
        <Button
          variant="contained"
          color={props.isDangerous ? 'error' : 'primary'}
          disabled={props.isPending || props.isReady === false}
          onClick={props.onConfirm}
        >
          {props.action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
