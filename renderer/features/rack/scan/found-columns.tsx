import { Box } from '@mui/material';
import type { FoundBmc } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { ipv4ToNumber } from '#shared/model/ip.ts';
import { useWorld } from '../../../client/world-store.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Mono } from '../../../ui/Mono.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import type { Tone } from '../../../ui/tone.ts';
import type { ProposedName } from './name-pattern.ts';

/** A BMC that was found, and the name that it would get if it is chosen. */
export interface FoundRow {
  readonly bmc: FoundBmc;
  readonly proposed: ProposedName | undefined;
}

export function foundColumns(t: Translate): readonly Column<FoundRow>[] {
  return [
    {
      id: 'address',
      header: t('scan.address'),
      width: 130,
      rank: 1,
      cell: ({ bmc }) => <Mono isWrapped={false}>{bmc.address}</Mono>,
      sortValue: ({ bmc }) => ipv4ToNumber(bmc.address),
    },
    {
      id: 'login',
      header: t('scan.login'),
      width: 250,
      grow: 3,
      rank: 2,
      cell: ({ bmc }) => <LoginCell bmc={bmc} />,
      sortValue: ({ bmc }) => loginText(t, bmc.login),
    },
    {
      id: 'maker',
      header: t('scan.maker'),
      width: 160,
      grow: 2,
      rank: 4,
      cell: ({ bmc }) => makerText(bmc),
      sortValue: ({ bmc }) => makerText(bmc),
    },
    {
      id: 'name',
      header: t('scan.name'),
      width: 180,
      grow: 2,
      rank: 3,
      cell: row => <NameCell row={row} />,
    },
  ];
}

/** As it is read out with its row: the address, and what became of the log-in. */
export function foundName(t: Translate, { bmc }: FoundRow): string {
  return `${bmc.address}: ${loginText(t, bmc.login)}`;
}

function LoginCell({ bmc: { login } }: { readonly bmc: FoundBmc }) {
  const t = useT();
  const text = loginText(t, login);
  const title = login.is === 'stopped' ? errorText(t, login.error).evidence : text;
  return (
    <ToneText tone={loginTone(login)} title={title}>
      {text}
    </ToneText>
  );
}

function NameCell({ row: { bmc, proposed } }: { readonly row: FoundRow }) {
  const t = useT();
  const known = useWorld(world => (bmc.nodeId === null ? undefined : world.nodes.get(bmc.nodeId)?.name));
  if (known !== undefined) return <Quiet text={known} />;
  if (proposed === undefined) return null;
  if (proposed.problem === undefined) return <Quiet text={proposed.name} />;
  const why = proposed.problem === 'taken' ? t('scan.taken', { name: proposed.name }) : t('scan.nameWrong');
  return (
    <ToneText tone="failed" title={why}>
      {why}
    </ToneText>
  );
}

function Quiet({ text }: { readonly text: string }) {
  return (
    <Box component="span" title={text} sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
      {text}
    </Box>
  );
}

function makerText({ login }: FoundBmc): string {
  return login.is === 'worked' ? [login.manufacturer, login.firmware].filter(Boolean).join(', ') : '';
}

function loginText(t: Translate, login: FoundBmc['login']): string {
  switch (login.is) {
    case 'not-tried':
      return t(`scanNotTried.${login.why}`);
    case 'waiting':
      return t('scan.waiting');
    case 'trying':
      return t('scan.tryingPair', { pair: login.pair });
    case 'worked':
      return t('scan.worked', { pair: login.pair, username: login.username || t('bmc.anonymous') });
    case 'refused':
      return t('scan.refused', { count: login.tried });
    case 'stopped':
      return login.isLockOut ? t('scan.lockedOut', { count: login.tried }) : errorText(t, login.error).what;
    default:
      return assertNever(login);
  }
}

function loginTone(login: FoundBmc['login']): Tone {
  switch (login.is) {
    case 'not-tried':
      return login.why === 'known' ? 'good' : 'idle';
    case 'waiting':
      return 'idle';
    case 'trying':
      return 'busy';
    case 'worked':
      return 'good';
    case 'refused':
      return 'waiting';
    case 'stopped':
      return 'failed';
    default:
      return assertNever(login);
  }
}
