import { type ComponentType, useEffect, useState } from 'react';

const loads: (() => Promise<void>)[] = [];

/**
 * A part of the page whose code comes when it is first shown, or before that in a quiet moment (`loadLazyParts`). From then on
 * it is drawn at once, also while the engine that the code comes from is away.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let Part: ComponentType<Props> | undefined;
  const ensure = async () => {
    Part ??= await load();
  };
  loads.push(ensure);
  return function LazyPart(props: Props) {
    const [, setLoaded] = useState(false);
    const [fault, setFault] = useState<{ readonly error: unknown } | null>(null);
    useEffect(() => {
      if (Part !== undefined) return;
      ensure().then(
        () => setLoaded(true),
        (error: unknown) => setFault({ error }),
      );
    }, []);
    if (fault !== null) throw fault.error;
    return Part === undefined ? null : <Part {...props} />;
  };
}

/** All that were not shown yet, one after the other, each when the page has nothing else to do. */
export async function loadLazyParts(): Promise<void> {
  for (const load of loads) {
    await new Promise(resolve => requestIdleCallback(resolve));
    // Whoever needs it asks again, and tells why it does not come.
    await load().catch(() => undefined);
  }
}
