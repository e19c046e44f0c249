import { Box, MenuItem, Switch, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { bmcProtocols, bootModes } from '#shared/contract/index.ts';
import type { PlainKey } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { HintFields } from '../HintFields.tsx';
import { NameValuesField } from '../NameValuesField.tsx';
import { isBmcKey, wrongLabels } from '../server-form.ts';
import { type BulkForm, type BulkPart, bulkParts } from './bulk-form.ts';

interface Props {
  readonly form: BulkForm;
  readonly onChange: (change: Partial<BulkForm>) => void;
}

const partWords = {
  rack: 'place.rack',
  resourceClass: 'server.resourceClass',
  labels: 'server.labels',
  bootMode: 'server.bootMode',
  cleanOnRelease: 'server.cleanOnRelease',
  username: 'bmc.username',
  password: 'bmc.password',
  bmcKey: 'bmc.key',
  protocol: 'bmc.protocol',
  hints: 'bulk.hints',
} as const satisfies Readonly<Record<BulkPart, PlainKey>>;

/** A switch a field: what is not switched on stays as each server has it. */
export function BulkFields({ form, onChange }: Props) {
  const t = useT();
  const toggle = (part: BulkPart, isOn: boolean) => {
    const on = new Set(form.on);
    if (isOn) on.add(part);
    else on.delete(part);
    onChange({ on });
  };
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      {bulkParts.map(part => {
        const isOn = form.on.has(part);
        const name = t(partWords[part]);
        return (
          <Box
            key={part}
            sx={{ display: 'grid', gridTemplateColumns: '48px 1fr', gap: 1, alignItems: 'start' }}
          >
            <Switch
              checked={isOn}
              onChange={(_, checked) => toggle(part, checked)}
              slotProps={{ input: { 'aria-label': t('bulk.switch', { field: name }) } }}
            />
            {isOn ? (
              <Box sx={{ py: 0.5 }}>
                <PartField part={part} form={form} onChange={onChange} />
              </Box>
            ) : (
              <Box sx={{ color: 'text.secondary', alignSelf: 'center', minHeight: 24 }}>{name}</Box>
            )}
          </Box>
        );
      })}
    </Box>
  );
}

function PartField({ part, form, onChange }: Props & { readonly part: BulkPart }): ReactNode {
  const t = useT();
  const label = t(partWords[part]);
  switch (part) {
    case 'rack':
      return (
        <Text label={label} value={form.rack} onChange={rack => onChange({ rack })} help={t('bulk.empty')} />
      );
    case 'resourceClass':
      return (
        <Text
          label={label}
          value={form.resourceClass}
          onChange={resourceClass => onChange({ resourceClass })}
          help={t('bulk.empty')}
        />
      );
    case 'labels':
      return (
        <NameValuesField
          label={label}
          help={t('bulk.labelsHelp')}
          wrong={wrongLabels(form.labels)}
          value={form.labels}
          onChange={labels => onChange({ labels })}
        />
      );
    case 'username':
      return (
        <Text label={label} value={form.username} onChange={username => onChange({ username })} most={16} />
      );
    case 'password':
      return (
        <Text
          label={label}
          value={form.password}
          onChange={password => onChange({ password })}
          most={20}
          isSecret
          help={t('bulk.emptySecret')}
        />
      );
    case 'bmcKey':
      return (
        <Text
          label={label}
          value={form.bmcKey}
          onChange={bmcKey => onChange({ bmcKey })}
          most={42}
          isSecret
          isWrong={!isBmcKey(form.bmcKey)}
          help={t(isBmcKey(form.bmcKey) ? 'bulk.emptySecret' : 'bmc.keyWrong')}
        />
      );
    case 'hints':
      return (
        <Box sx={{ display: 'grid', gap: 1 }}>
          <Box sx={{ color: 'text.secondary' }}>{t('bulk.hintsHelp')}</Box>
          <HintFields hints={form.hints} onChange={hints => onChange({ hints })} />
        </Box>
      );
    default:
      return <ChoiceField part={part} form={form} onChange={onChange} />;
  }
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string;
  readonly most?: number;
  readonly isSecret?: boolean;
  readonly isWrong?: boolean;
}

function Text({ label, value, onChange, help, most = 80, isSecret = false, isWrong = false }: TextProps) {
  return (
    <TextField
      autoFocus
      label={label}
      type={isSecret ? 'password' : 'text'}
      value={value}
      error={isWrong}
      helperText={help}
      onChange={event => onChange(event.target.value)}
      slotProps={{
        htmlInput: {
          maxLength: most,
          spellCheck: false,
          autoComplete: isSecret ? 'new-password' : 'off',
        },
      }}
    />
  );
}

const cleanChoices = ['settings', 'yes', 'no'] as const;

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly change: Partial<BulkForm>;
}

function ChoiceField({
  part,
  form,
  onChange,
}: Props & { readonly part: 'bootMode' | 'cleanOnRelease' | 'protocol' }) {
  const t = useT();
  const choices = {
    bootMode: (): readonly Choice[] => [
      { value: '', label: t('server.bootModeUnknown'), change: { bootMode: null } },
      ...bootModes.map(bootMode => ({
        value: bootMode,
        label: t(`bootMode.${bootMode}`),
        change: { bootMode },
      })),
    ],
    cleanOnRelease: (): readonly Choice[] =>
      cleanChoices.map(choice => ({
        value: choice,
        label: t(`server.cleanOnRelease.${choice}`),
        change: { cleanOnRelease: choice === 'settings' ? null : choice === 'yes' },
      })),
    protocol: (): readonly Choice[] =>
      bmcProtocols.map(protocol => ({
        value: protocol,
        label: t(`bmcProtocol.${protocol}`),
        change: { protocol },
      })),
  }[part]();
  const chosen = choices.find(({ change }) =>
    Object.entries(change).every(([name, value]) => form[name as keyof BulkForm] === value),
  );
  return (
    <TextField
      select
      autoFocus
      label={t(partWords[part])}
      value={chosen?.value ?? ''}
      onChange={event => onChange(choices.find(({ value }) => value === event.target.value)?.change ?? {})}
    >
      {choices.map(({ value, label }) => (
        <MenuItem key={value} value={value}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
