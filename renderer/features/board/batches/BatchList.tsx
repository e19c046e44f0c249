import { Box, Button, Link } from '@mui/material';
import { goTo, routeHref } from '../../../app/route.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ListCard } from '../../../ui/ListCard.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { dateText } from '../../../ui/time-text.ts';
import { batchTone, countsText } from './batch-text.ts';
import { CardList } from './CardList.tsx';

/** The batches that run, and the newest of the others. */
export function BatchList() {
  const t = useT();
  const isLoaded = useWorld(world => world.isLoaded);
  const batches = useWorld(world => world.batches);
  const newestFirst = [...batches.values()].toSorted((one, other) => other.createdAt - one.createdAt);
  const back = (
    <Button variant="outlined" onClick={() => goTo('deploy')}>
      {t('batchReview.back')}
    </Button>
  );
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <ScreenHeader title={t('batches.title')}>{back}</ScreenHeader>
      {isLoaded && newestFirst.length === 0 ? (
        <EmptyState title={t('batches.none')}>{t('batches.noneHint')}</EmptyState>
      ) : (
        <CardList label={t('batches.title')}>
          {newestFirst.map(batch => (
            <li key={batch.id}>
              <ListCard
                title={
                  <>
                    <Link href={routeHref('deploy', 'batches', batch.id)} sx={{ fontWeight: 600 }}>
                      {batch.name}
                    </Link>
                    <ToneText tone={batchTone(batch)}>{t(`batch.${batch.state}`)}</ToneText>
                    <span>{countsText(t, batch.servers)}</span>
                    <Box component="span" sx={{ color: 'text.secondary' }}>
                      {dateText(batch.createdAt)}
                    </Box>
                  </>
                }
              />
            </li>
          ))}
        </CardList>
      )}
    </Box>
  );
}
