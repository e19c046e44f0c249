import { Box } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { EditableList } from '../../ui/EditableList.tsx';
import { newRowKey } from '../../ui/list-rows.ts';
import { FormText } from './FormText.tsx';
import { problemAt } from './problem-text.ts';
import type { ProfileProblem, ScriptForm } from './profile-form.ts';

interface Props {
  readonly scripts: readonly ScriptForm[];
  readonly onChange: (scripts: readonly ScriptForm[]) => void;
  readonly problems: readonly ProfileProblem[];
}

/** What runs in the installed system before its first start. */
export function ScriptFields({ scripts, onChange, problems }: Props) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ color: 'text.secondary' }}>{t('profile.scriptsHelp')}</Box>
      <EditableList<ScriptForm>
        label={t('profile.scripts')}
        rows={scripts}
        onChange={onChange}
        rowName={({ name }, index) => name || t('profile.scriptNumber', { number: index + 1 })}
        addLabel={t('profile.addScript')}
        newRow={() => ({ key: newRowKey(), name: '', text: '#!/bin/sh\nset -e\n' })}
        maxRows={20}
      >
        {(script, change, index) => (
          <Box sx={{ display: 'grid', gap: 1 }}>
            <FormText
              required
              label={t('profile.scriptName')}
              value={script.name}
              problem={problemAt(problems, `postScripts.${index}.name`)}
              onChange={name => change({ name })}
              maxLength={60}
              sx={{ maxWidth: 360 }}
            />
            <FormText
              label={t('profile.scriptText')}
              value={script.text}
              problem={problemAt(problems, `postScripts.${index}.text`)}
              onChange={text => change({ text })}
              lines={[4, 14]}
              maxLength={65_536}
              isMono
            />
          </Box>
        )}
      </EditableList>
    </Box>
  );
}
