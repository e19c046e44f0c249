import { useLayoutEffect } from 'react';
import { create } from 'zustand';
import type { Settings } from '#shared/contract/index.ts';
import { formOfSettings, rebased, type SettingsForm } from './settings-form.ts';

interface Draft {
  readonly form: SettingsForm;
  /** The stored ones that the form was compared with last. */
  readonly stored: Settings;
}

/** What was changed and not saved yet: a look at another screen loses nothing. In memory only. */
const useDraft = create<{ readonly draft: Draft | null }>(() => ({ draft: null }));

/** The form of the settings as they are now: somebody else's change comes in wherever nothing is typed. */
export function useSettingsForm(stored: Settings): readonly [SettingsForm, (form: SettingsForm) => void] {
  const draft = useDraft(state => state.draft);
  useLayoutEffect(() => {
    useDraft.setState(({ draft: known }) => ({
      draft: known && { form: rebased(known.form, known.stored, stored), stored },
    }));
  }, [stored]);
  const form = draft === null ? formOfSettings(stored) : rebased(draft.form, draft.stored, stored);
  return [form, changed => useDraft.setState({ draft: { form: changed, stored } })];
}
