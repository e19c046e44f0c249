import { Box } from '@mui/material';
import { useMemo, useState } from 'react';
import type { AnswerFileProblem, InstallerFamily, Profile } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useQuery } from '../../../client/use-query.ts';
import { useT } from '../../../i18n/i18n.ts';
import { CodeArea, type LineJump } from '../../../ui/CodeArea.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { EditorActions } from './EditorActions.tsx';
import { OwnMark } from './OwnMark.tsx';
import { PreviewChoice, type PreviewOf } from './PreviewChoice.tsx';
import { ProblemList } from './ProblemList.tsx';
import { markedLines, placeOf } from './problem-place.ts';

interface Props {
  readonly profile: Profile;
  readonly family: InstallerFamily;
  /** The profile was removed: what is here can only be read. */
  readonly isGone: boolean;
  /** What was typed and not stored; undefined: nothing. */
  readonly draft: string | undefined;
  readonly onDraft: (text: string | undefined) => void;
  /** What `draft` was when it was sent is stored, or no longer wanted. */
  readonly onSaved: (draft: string | undefined) => void;
}

const pauseMs = 300;
const maxLength = 131_072;

/** The template at the left, what a server would get from it at the right, what is wrong below. */
export function TemplateEditor({ profile, family, isGone, draft, onDraft, onSaved }: Props) {
  const t = useT();
  const client = useClient();
  const [preview, setPreview] = useState<PreviewOf>({ nodeId: null, imageId: null });
  const [jump, setJump] = useState<(LineJump & { readonly place: string }) | null>(null);
  const { id } = profile;
  const stored = useQuery(`${id} ${family} ${profile.updatedAt}`, signal =>
    client.profiles.template({ id, family }, signal),
  );
  const text = draft ?? stored.data?.text;
  const question = { id, family, ...preview, templateText: text ?? null };
  const answer = useQuery(
    text === undefined ? null : JSON.stringify(question),
    signal => client.profiles.preview(question, signal),
    pauseMs,
  );
  const problems = answer.data?.problems ?? noProblems;
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  const save = useCommand(async (newText: string | null) => {
    await client.profiles.setTemplate({ id, family, text: newText });
    return newText === null ? client.profiles.template({ id, family }) : { text: newText, isOwn: true };
  });
  const store = async (newText: string | null) => {
    const saved = await save.run(newText);
    if (saved === undefined) return;
    stored.replace(saved);
    onSaved(draft);
  };
  const marks = useMemo(
    () => ({ template: markedLines(problems, 'template'), preview: markedLines(problems, 'preview') }),
    [problems],
  );
  if (text === undefined)
    return stored.error && <ErrorLines error={stored.error} actions={{ retry: stored.reload }} />;
  return (
    <Box sx={{ display: 'grid', gridTemplateRows: 'auto minmax(0, 1fr) auto', gap: 1, minHeight: 0 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <OwnMark isOwn={stored.data?.isOwn ?? false} isChanged={draft !== undefined} />
        <Box sx={{ flex: 1, color: 'text.secondary', textAlign: 'right' }}>
          {t('answerFile.previewLacks')}
        </Box>
        <PreviewChoice family={family} value={preview} onChange={setPreview} />
      </Box>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5, minHeight: 0 }}>
        <CodeArea
          label={t('answerFile.template')}
          value={text}
          onChange={typed => onDraft(typed === stored.data?.text ? undefined : typed)}
          markedLines={marks.template}
          jump={jump?.place === 'template' ? jump : null}
          maxLength={maxLength}
        />
        <CodeArea
          label={t('answerFile.preview')}
          value={answer.data?.text ?? ''}
          markedLines={marks.preview}
          jump={jump?.place === 'preview' ? jump : null}
        />
      </Box>
      <Box sx={{ display: 'grid', gap: 1 }}>
        <Box role="status">
          <ProblemSummary problems={problems} isPending={answer.isPending} />
        </Box>
        {problems.length > 0 && (
          <ProblemList
            problems={problems}
            onJump={problem => setJump({ line: problem.line, place: placeOf(problem) })}
          />
        )}
        {answer.error && <ErrorLines error={answer.error} actions={{ retry: answer.reload }} />}
        {stored.error && <ErrorLines error={stored.error} actions={{ retry: stored.reload }} />}
        {save.error && <ErrorLines error={save.error} />}
        <EditorActions
          saveLabel={t('answerFile.saveTemplate')}
          isOwn={stored.data?.isOwn ?? false}
          isChanged={draft !== undefined}
          isComplete={!hasErrors && !isGone}
          isPending={save.isPending}
          onSave={() => void store(text)}
          onDiscard={() => onDraft(undefined)}
          onReset={() => void store(null)}
        />
      </Box>
    </Box>
  );
}

const noProblems: readonly AnswerFileProblem[] = [];

interface SummaryProps {
  readonly problems: readonly AnswerFileProblem[];
  readonly isPending: boolean;
}

function ProblemSummary({ problems, isPending }: SummaryProps) {
  const t = useT();
  const errorCount = problems.filter(({ severity }) => severity === 'error').length;
  if (isPending) return <ToneText tone="busy">{t('answerFile.checking')}</ToneText>;
  if (errorCount > 0)
    return <ToneText tone="failed">{t('answerFile.hasErrors', { count: errorCount })}</ToneText>;
  if (problems.length > 0)
    return <ToneText tone="waiting">{t('answerFile.hasWarnings', { count: problems.length })}</ToneText>;
  return <ToneText tone="good">{t('answerFile.noProblems')}</ToneText>;
}
