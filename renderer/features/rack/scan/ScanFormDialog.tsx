import { Box, TextField } from '@mui/material';
import { useState } from 'react';
import { parseRanges } from '#shared/model/address-ranges.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { Section } from '../../../ui/Section.tsx';
import { PairFields } from './PairFields.tsx';
import { ScanConsent } from './ScanConsent.tsx';
import {
  filledPairs,
  isScanNumber,
  newScan,
  type ScanForm,
  type ScanInput,
  type ScanNumber,
  scanInput,
} from './scan-form.ts';
import { shortened } from './scan-state.ts';

/** Where to look for BMCs and with which credentials. */
export function ScanFormDialog() {
  const t = useT();
  const client = useClient();
  const [untouched] = useState(newScan);
  const [form, setForm] = useState(untouched);
  const change = (part: Partial<ScanForm>) => setForm(known => ({ ...known, ...part }));
  const input = scanInput(form);
  // The stream tells of the new scan, and this form gives way to it.
  const start = useCommand((wanted: ScanInput) => client.scan.start(wanted));
  const parsed = parseRanges(form.ranges);
  const isWrong = !parsed.ok && parsed.problem !== 'empty';
  return (
    <FormDialog
      title={t('scan.title')}
      action={t('scan.start')}
      isDirty={form !== untouched}
      isComplete={input !== null}
      isPending={start.isPending}
      error={start.error}
      onSubmit={() => void (input && start.run(input))}
      onLeave={closeOverlay}
      maxWidth="md"
    >
      <TextField
        autoFocus
        required
        multiline
        minRows={2}
        maxRows={6}
        label={t('scan.ranges')}
        value={form.ranges}
        onChange={event => change({ ranges: event.target.value })}
        error={isWrong}
        helperText={
          isWrong
            ? t('scan.wrong', {
                text: shortened(parsed.text, 40),
                problem: t(`rangeProblem.${parsed.problem}`),
              })
            : t('scan.rangesHelp')
        }
        sx={{ mt: 1 }}
        slotProps={{ htmlInput: { maxLength: 4000, spellCheck: false, autoComplete: 'off' } }}
      />
      <Box sx={{ display: 'flex', gap: 1.5 }}>
        <NumberField name="port" form={form} onChange={change} />
        <NumberField name="packetsPerSecond" form={form} onChange={change} />
      </Box>
      <Section title={t('scan.credentials')}>
        <Box sx={{ color: 'text.secondary' }}>{t('scan.credentialsHelp')}</Box>
        <PairFields pairs={form.pairs} onChange={pairs => change({ pairs })} />
      </Section>
      {parsed.ok && (
        <ScanConsent
          parsed={parsed}
          pairCount={filledPairs(form.pairs).length}
          isMeant={form.meant === form.ranges}
          onMeant={isMeant => change({ meant: isMeant ? form.ranges : '' })}
        />
      )}
    </FormDialog>
  );
}

interface NumberProps {
  readonly name: ScanNumber;
  readonly form: ScanForm;
  readonly onChange: (part: Partial<ScanForm>) => void;
}

const numberWords = {
  port: { label: 'scan.port', limits: 'scan.portRange' },
  packetsPerSecond: { label: 'scan.rate', limits: 'scan.rateRange' },
} as const;

function NumberField({ name, form, onChange }: NumberProps) {
  const t = useT();
  const { label, limits } = numberWords[name];
  const isWrong = !isScanNumber(name, form[name]);
  return (
    <TextField
      label={t(label)}
      value={form[name]}
      error={isWrong}
      helperText={isWrong ? t(limits) : undefined}
      onChange={event => onChange({ [name]: event.target.value.trim() })}
      sx={{ width: 180 }}
      slotProps={{ htmlInput: { inputMode: 'numeric' } }}
    />
  );
}
