import { Box, MenuItem, TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { EditableList } from '../../ui/EditableList.tsx';
import { newRowKey } from '../../ui/list-rows.ts';
import { FormText } from './FormText.tsx';
import { problemAt } from './problem-text.ts';
import type { DiskRuleForm, ProfileProblem } from './profile-form.ts';

interface Props {
  readonly rules: readonly DiskRuleForm[];
  readonly onChange: (rules: readonly DiskRuleForm[]) => void;
  readonly problems: readonly ProfileProblem[];
}

/** Which disks may be touched at all; the first rule that fits a disk decides. */
export function DiskRuleFields({ rules, onChange, problems }: Props) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ color: 'text.secondary' }}>{t('profile.diskRulesHelp')}</Box>
      <EditableList<DiskRuleForm>
        label={t('profile.diskRules')}
        rows={rules}
        onChange={onChange}
        rowName={(_, index) => t('profile.rule', { number: index + 1 })}
        addLabel={t('profile.addRule')}
        newRow={newRule}
        maxRows={50}
      >
        {(rule, change, index) => (
          <RuleFields
            rule={rule}
            onChange={change}
            problem={name => problemAt(problems, `diskRules.${index}.${name}`)}
          />
        )}
      </EditableList>
    </Box>
  );
}

interface RuleProps {
  readonly rule: DiskRuleForm;
  readonly onChange: (change: Partial<DiskRuleForm>) => void;
  readonly problem: (name: string) => string | undefined;
}

function RuleFields({ rule, onChange, problem }: RuleProps) {
  const t = useT();
  const parts = [rule.pciId, rule.driver, rule.transport, rule.wwnFrom, rule.wwnTo];
  const fitsAll = rule.multipath === 'any' && parts.every(part => part.trim() === '');
  return (
    <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: '160px repeat(3, minmax(0, 1fr))' }}>
      <TextField
        select
        label={t('profile.ruleAction')}
        value={rule.action}
        onChange={event => onChange({ action: event.target.value === 'include' ? 'include' : 'exclude' })}
      >
        <MenuItem value="exclude">{t('profile.rule.exclude')}</MenuItem>
        <MenuItem value="include">{t('profile.rule.include')}</MenuItem>
      </TextField>
      <FormText
        label={t('profile.rule.pciId')}
        value={rule.pciId}
        problem={problem('match.pciId')}
        help={t('profile.rule.pciIdHelp')}
        onChange={pciId => onChange({ pciId })}
        maxLength={9}
      />
      <FormText
        label={t('profile.rule.driver')}
        value={rule.driver}
        help={t('profile.rule.driverHelp')}
        onChange={driver => onChange({ driver })}
        maxLength={40}
      />
      <FormText
        label={t('profile.rule.transport')}
        value={rule.transport}
        help={t('profile.rule.transportHelp')}
        onChange={transport => onChange({ transport })}
        maxLength={20}
      />
      <TextField
        select
        label={t('profile.rule.multipath')}
        value={rule.multipath}
        onChange={event => onChange({ multipath: event.target.value as DiskRuleForm['multipath'] })}
      >
        <MenuItem value="any">{t('profile.rule.multipath.any')}</MenuItem>
        <MenuItem value="yes">{t('profile.rule.multipath.yes')}</MenuItem>
        <MenuItem value="no">{t('profile.rule.multipath.no')}</MenuItem>
      </TextField>
      <FormText
        label={t('profile.rule.wwnFrom')}
        value={rule.wwnFrom}
        problem={problem('match.wwnFrom')}
        onChange={wwnFrom => onChange({ wwnFrom })}
        maxLength={40}
      />
      <FormText
        label={t('profile.rule.wwnTo')}
        value={rule.wwnTo}
        problem={problem('match.wwnTo')}
        onChange={wwnTo => onChange({ wwnTo })}
        maxLength={40}
      />
      {fitsAll && <Box sx={{ color: 'warning.main', alignSelf: 'center' }}>{t('profile.rule.all')}</Box>}
    </Box>
  );
}

function newRule(): DiskRuleForm {
  return {
    key: newRowKey(),
    action: 'exclude',
    pciId: '',
    driver: '',
    transport: '',
    wwnFrom: '',
    wwnTo: '',
    multipath: 'any',
  };
}
