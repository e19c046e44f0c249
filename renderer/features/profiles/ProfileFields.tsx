import { Box } from '@mui/material';
import { assertNever } from '#shared/model/assert-never.ts';
import { useT } from '../../i18n/i18n.ts';
import { DiskRuleFields } from './DiskRuleFields.tsx';
import { FormText } from './FormText.tsx';
import { problemAt } from './problem-text.ts';
import type { ProfileForm, ProfileProblem, ProfileSection } from './profile-form.ts';
import { ScriptFields } from './ScriptFields.tsx';
import { SoftwareFields } from './SoftwareFields.tsx';
import { StorageFields } from './StorageFields.tsx';
import { SystemFields } from './SystemFields.tsx';
import { UserFields } from './UserFields.tsx';

interface FieldsProps {
  readonly form: ProfileForm;
  readonly onChange: (change: Partial<ProfileForm>) => void;
  readonly problems: readonly ProfileProblem[];
}

interface Props extends FieldsProps {
  readonly section: ProfileSection;
}

/** The fields of one section. */
export function ProfileFields({ section, ...fields }: Props) {
  const { form, onChange, problems } = fields;
  switch (section) {
    case 'general':
      return <GeneralFields {...fields} />;
    case 'storage':
      return (
        <StorageFields form={form.storage} onChange={storage => onChange({ storage })} problems={problems} />
      );
    case 'diskRules':
      return (
        <DiskRuleFields
          rules={form.diskRules}
          onChange={diskRules => onChange({ diskRules })}
          problems={problems}
        />
      );
    case 'system':
      return <SystemFields {...fields} />;
    case 'users':
      return <UserFields users={form.users} onChange={users => onChange({ users })} problems={problems} />;
    case 'software':
      return <SoftwareFields {...fields} />;
    case 'scripts':
      return (
        <ScriptFields
          scripts={form.postScripts}
          onChange={postScripts => onChange({ postScripts })}
          problems={problems}
        />
      );
    default:
      return assertNever(section);
  }
}

function GeneralFields({ form, onChange, problems }: FieldsProps) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 1.5, pt: 1, maxWidth: 560 }}>
      <FormText
        required
        autoFocus
        label={t('profile.name')}
        value={form.name}
        problem={form.name === '' ? undefined : problemAt(problems, 'name')}
        onChange={name => onChange({ name })}
        maxLength={80}
      />
      <FormText
        label={t('profile.description')}
        value={form.description}
        onChange={description => onChange({ description })}
        lines={[3, 8]}
        maxLength={1000}
      />
      <Box sx={{ color: 'text.secondary' }}>{t('profiles.what')}</Box>
    </Box>
  );
}
