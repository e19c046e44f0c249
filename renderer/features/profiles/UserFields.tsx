import { Box, Checkbox, FormControlLabel, TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { EditableList } from '../../ui/EditableList.tsx';
import { newRowKey } from '../../ui/list-rows.ts';
import { FormText } from './FormText.tsx';
import { problemAt } from './problem-text.ts';
import { type ProfileProblem, storedPassword, type UserForm } from './profile-form.ts';

interface Props {
  readonly users: readonly UserForm[];
  readonly onChange: (users: readonly UserForm[]) => void;
  readonly problems: readonly ProfileProblem[];
}

/** Accounts of every server beside root, whose password and keys are each server's own. */
export function UserFields({ users, onChange, problems }: Props) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ color: 'text.secondary' }}>{t('profile.usersHelp')}</Box>
      <EditableList<UserForm>
        label={t('profile.users')}
        rows={users}
        onChange={onChange}
        rowName={({ name }, index) => name || t('profile.userNumber', { number: index + 1 })}
        addLabel={t('profile.addUser')}
        newRow={newUser}
        maxRows={20}
        isOrdered={false}
      >
        {(user, change, index) => (
          <OneUser
            user={user}
            onChange={change}
            problem={name => problemAt(problems, `users.${index}.${name}`)}
          />
        )}
      </EditableList>
    </Box>
  );
}

interface UserProps {
  readonly user: UserForm;
  readonly onChange: (change: Partial<UserForm>) => void;
  readonly problem: (name: string) => string | undefined;
}

function OneUser({ user, onChange, problem }: UserProps) {
  const t = useT();
  const stored = storedPassword(user);
  const help = {
    none: undefined,
    there: t('profile.passwordStored'),
    lost: user.password === '' && t('profile.passwordLost', { name: user.storedName }),
  };
  return (
    <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: '1fr 1.4fr 1.4fr' }}>
      <FormText
        required
        label={t('profile.userName')}
        value={user.name}
        problem={problem('name')}
        onChange={name => onChange({ name })}
        maxLength={31}
      />
      <FormText
        label={t('profile.fullName')}
        value={user.fullName}
        onChange={fullName => onChange({ fullName })}
        maxLength={100}
      />
      <TextField
        label={t('profile.password')}
        type="password"
        value={user.password}
        disabled={stored === 'there' && user.removesPassword}
        helperText={help[stored]}
        onChange={event => onChange({ password: event.target.value })}
        slotProps={{ htmlInput: { autoComplete: 'new-password', maxLength: 200 } }}
      />
      <FormText
        label={t('profile.keys')}
        value={user.keys}
        problem={problem('sshAuthorizedKeys')}
        onChange={keys => onChange({ keys })}
        lines={[1, 5]}
        isMono
        sx={{ gridColumn: '1 / -1' }}
      />
      <Box sx={{ gridColumn: '1 / -1', display: 'flex', gap: 2 }}>
        <FormControlLabel
          control={<Checkbox checked={user.sudo} onChange={(_, sudo) => onChange({ sudo })} />}
          label={t('profile.sudo')}
        />
        {stored === 'there' && (
          <FormControlLabel
            control={
              <Checkbox
                checked={user.removesPassword}
                onChange={(_, removesPassword) => onChange({ removesPassword, password: '' })}
              />
            }
            label={t('profile.removePassword')}
          />
        )}
      </Box>
    </Box>
  );
}

function newUser(): UserForm {
  return {
    key: newRowKey(),
    name: '',
    fullName: '',
    sudo: true,
    keys: '',
    password: '',
    removesPassword: false,
    storedName: '',
    hasPassword: false,
  };
}
