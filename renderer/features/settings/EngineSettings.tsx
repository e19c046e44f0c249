import { Box, Button } from '@mui/material';
import type { FormEvent } from 'react';
import type { Settings } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Section } from '../../ui/Section.tsx';
import { SettingField } from './SettingField.tsx';
import { isFound, settingGroups, settingRows } from './setting-rows.ts';
import { useSettingsForm } from './settings-draft.ts';
import { changedSettings, formOfSettings, wrongSettings } from './settings-form.ts';

interface Props {
  readonly settings: Settings;
  /** What is searched for; empty: all. */
  readonly words: string;
}

/** Of the engine: for everybody who uses it. Rows that are not found are hidden, not forgotten. */
export function EngineSettings({ settings, words }: Props) {
  const t = useT();
  const client = useClient();
  const [form, setForm] = useSettingsForm(settings);
  const wrong = wrongSettings(form);
  const changed = changedSettings(form, settings);
  const hasChanges = changed === null || Object.keys(changed).length > 0;
  const save = useCommand((change: Partial<Settings>) => client.settings.update(change));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed !== null && hasChanges) void save.run(changed);
  };
  const found = settingRows.filter(({ name, group }) =>
    isFound(words, t(`settings.${name}`), t(`settings.${name}Effect`), t(`settings.group.${group}`)),
  );
  return (
    <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 3 }}>
      {settingGroups.map(group => {
        const rows = found.filter(row => row.group === group);
        if (rows.length === 0) return null;
        return (
          <Section key={group} level={2} title={t(`settings.group.${group}`)}>
            <div>
              {rows.map(row => (
                <SettingField
                  key={row.name}
                  row={row}
                  form={form}
                  isWrong={wrong.has(row.name)}
                  onChange={change => setForm({ ...form, ...change })}
                />
              ))}
            </div>
          </Section>
        );
      })}
      {save.error && <ErrorLines error={save.error} />}
      {(found.length > 0 || hasChanges) && (
        <Box
          sx={theme => ({
            position: 'sticky',
            bottom: 0,
            zIndex: 1,
            display: 'flex',
            gap: 1,
            alignItems: 'center',
            py: 1,
            backgroundColor: theme.colours.ground,
            borderTop: `1px solid ${theme.colours.line}`,
          })}
        >
          <Button
            type="submit"
            variant="contained"
            disabled={changed === null || !hasChanges || save.isPending}
          >
            {t('action.save')}
          </Button>
          <Button disabled={!hasChanges} onClick={() => setForm(formOfSettings(settings))}>
            {t('settings.discard')}
          </Button>
          <span role="status">{t(hasChanges ? 'settings.notSaved' : 'settings.allSaved')}</span>
        </Box>
      )}
    </Box>
  );
}
