import { Box, Button, Switch } from '@mui/material';
import { useState } from 'react';
import {
  askForDesktopNotices,
  mayShowDesktopNotices,
  playNotes,
  showDesktopNotice,
} from '../../app/call-person.ts';
import { setPreferences, usePreferences } from '../../app/preferences.ts';
import { useConnection } from '../../client/client-context.tsx';
import { useT } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/Notice.tsx';
import { Section } from '../../ui/Section.tsx';
import { LabelledRow } from './LabelledRow.tsx';

/** How a person who looks elsewhere is called. Off until they want it. */
export function NoticeSettings() {
  const t = useT();
  const { host } = useConnection();
  const { sounds, desktopNotices } = usePreferences();
  const [isRefused, setRefused] = useState(desktopNotices && !mayShowDesktopNotices(host));
  const setDesktop = async (isWanted: boolean) => {
    const isAllowed = isWanted && (await askForDesktopNotices(host));
    setRefused(isWanted && !isAllowed);
    setPreferences({ desktopNotices: isAllowed });
  };
  return (
    <Section level={2} title={t('settings.notices')}>
      <Box sx={{ color: 'text.secondary' }}>{t('settings.personal')}</Box>
      <Row
        name={t('settings.sounds')}
        effect={t('settings.soundsEffect')}
        isOn={sounds}
        onChange={isOn => setPreferences({ sounds: isOn })}
        onTry={() => playNotes('good')}
      />
      <Row
        name={t('settings.desktopNotices')}
        effect={t('settings.desktopNoticesEffect')}
        isOn={desktopNotices}
        onChange={isOn => void setDesktop(isOn)}
        onTry={() => showDesktopNotice(host, t('settings.desktopNotices'), () => undefined)}
      />
      {isRefused && <Notice>{t('settings.noticesRefused')}</Notice>}
    </Section>
  );
}

interface RowProps {
  readonly name: string;
  readonly effect: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly onTry: () => void;
}

function Row({ name, effect, isOn, onChange, onTry }: RowProps) {
  const t = useT();
  return (
    <LabelledRow name={name} effect={effect}>
      {labels => (
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <Switch checked={isOn} onChange={(_, wanted) => onChange(wanted)} slotProps={{ input: labels }} />
          {isOn && <Button onClick={onTry}>{t('settings.tryNotice')}</Button>}
        </Box>
      )}
    </LabelledRow>
  );
}
