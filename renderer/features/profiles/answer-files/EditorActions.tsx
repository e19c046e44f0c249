import { Box, Button } from '@mui/material';
import { type ReactNode, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface Props {
  readonly saveLabel: string;
  /** What is stored is a person's own. */
  readonly isOwn: boolean;
  /** What is shown is not stored yet. */
  readonly isChanged: boolean;
  readonly isComplete: boolean;
  readonly isPending: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
  readonly onReset: () => void;
  readonly children?: ReactNode;
}

/** Save, discard, and back to ours after a question: a person's own text is nowhere else. */
export function EditorActions(props: Props) {
  const t = useT();
  const { isChanged, isPending } = props;
  const [isAsking, setAsking] = useState(false);
  const reset = () => {
    setAsking(false);
    props.onReset();
  };
  return (
    <Box sx={{ display: 'flex', gap: 1 }}>
      <Button
        variant="contained"
        disabled={!isChanged || !props.isComplete || isPending}
        onClick={props.onSave}
      >
        {props.saveLabel}
      </Button>
      <Button disabled={!isChanged} onClick={props.onDiscard}>
        {t('settings.discard')}
      </Button>
      {props.children}
      <Button disabled={!props.isOwn || isPending} onClick={() => setAsking(true)} sx={{ ml: 'auto' }}>
        {t('answerFile.reset')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('answerFile.resetTitle')}
          action={t('answerFile.reset')}
          isDangerous
          isPending={isPending}
          error={null}
          onConfirm={reset}
          onClose={() => setAsking(false)}
        >
          {t('answerFile.resetText')}
        </ConfirmDialog>
      )}
    </Box>
  );
}
