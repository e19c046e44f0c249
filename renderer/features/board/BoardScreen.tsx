import type { ScreenProps } from '../../app/feature.ts';
import { BatchList } from './batches/BatchList.tsx';
import { BatchScreen } from './batches/BatchScreen.tsx';
import { ReviewScreen } from './review/ReviewScreen.tsx';
import { StagingScreen } from './StagingScreen.tsx';

/** `#/deploy`, `#/deploy/review`, `#/deploy/batches`, `#/deploy/batches/<id>`. */
export function BoardScreen({ path: [part, id] }: ScreenProps) {
  if (part === 'review') return <ReviewScreen />;
  if (part === 'batches') return id === undefined ? <BatchList /> : <BatchScreen batchId={id} />;
  return <StagingScreen />;
}
