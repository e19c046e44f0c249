import { Box, Button } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../client/client-context.tsx';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { durationText } from '../../ui/time-text.ts';
import { bmcInput, type ServerForm } from './server-form.ts';

interface Props {
  readonly form: ServerForm;
  /** Of a server that exists: an empty password stands for the stored one. */
  readonly nodeId?: NodeId;
}

/** Long enough to finish a word: BMCs lock an account after a few wrong passwords. */
const pauseMs = 1000;

/** Tries the credentials as they are typed and says what answered, or exactly why not. */
export function BmcTest({ form, nodeId }: Props) {
  const t = useT();
  const client = useClient();
  const input = bmcInput(form);
  const test = useQuery(
    input === null ? null : JSON.stringify(input),
    signal => {
      if (input === null) throw new Error('a null key asks nothing');
      return client.nodes.testBmc({ ...input, ...(nodeId && { nodeId }) }, signal);
    },
    pauseMs,
  );
  if (input === null) return <Box sx={{ color: 'text.secondary' }}>{t('bmcTest.waiting')}</Box>;
  return (
    <Box role="status" sx={{ display: 'grid', gap: 1, minHeight: 96, alignContent: 'start' }}>
      {test.isPending ? (
        <ToneText tone="busy">{t('bmcTest.testing', { address: input.address })}</ToneText>
      ) : (
        <>
          {test.error && <ErrorLines error={test.error} actions={{ retry: test.reload }} />}
          {test.data && (
            <>
              <ToneText tone="good">{t('bmcTest.good')}</ToneText>
              <Facts
                facts={[
                  { label: t('bmc.manufacturer'), value: test.data.manufacturer },
                  { label: t('bmc.firmware'), value: test.data.firmware },
                  { label: t('sheet.power'), value: t(`power.${test.data.powerState}`) },
                  {
                    label: t('bmc.session'),
                    value:
                      test.data.cipherSuite === null
                        ? t('bmc.oldSession')
                        : t('bmc.cipherSuite', { id: test.data.cipherSuite }),
                  },
                  { label: t('bmcTest.roundTrip'), value: durationText(t, test.data.roundTripMs) },
                ]}
              />
            </>
          )}
          {(test.data || test.error) && (
            <Button variant="outlined" onClick={test.reload} sx={{ justifySelf: 'start' }}>
              {t('bmcTest.again')}
            </Button>
          )}
        </>
      )}
    </Box>
  );
}
