import { CodedError, type RacksideHandlers } from '#shared/contract/index.ts';

/** Until the engine has batches: there are none. */
export function batchHandlers(): RacksideHandlers['batches'] {
  const refuse = async (): Promise<never> => {
    throw new CodedError('input.not_found', 'no such batch', { what: 'batch', id: '' });
  };
  return {
    list: async () => [],
    review: refuse,
    propose: refuse,
    create: refuse,
    setConcurrency: refuse,
    stop: refuse,
    continue: refuse,
    cancel: refuse,
    retry: refuse,
  };
}
