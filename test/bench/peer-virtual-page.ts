/** TanStack Virtual's `fixed` example (rows of one height, five of them drawn ahead), with cells instead of one text. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { createElement as h, useRef } from 'react';
import { createRoot } from 'react-dom/client';

type Texts = readonly string[];

function List({ rows }: { readonly rows: readonly Texts[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 5,
  });
  const lines = virtual.getVirtualItems().map(({ key, index, size, start }) =>
    h(
      'div',
      {
        key,
        className: 'row',
        style: {
          position: 'absolute',
          top: 0,
          left: 0,
          width: '100%',
          height: size,
          transform: `translateY(${start}px)`,
        },
      },
      ['', ...(rows[index] ?? [])].map((text, column) => h('div', { key: column }, text)),
    ),
  );
  const style = { height: virtual.getTotalSize(), width: '100%', position: 'relative' } as const;
  return h('div', { id: 'scroller', ref: scroller }, h('div', { style }, lines));
}

const root = document.getElementById('root');
if (root === null) throw new Error('virtual.html has no #root');
const rows = (await (await fetch('rows.json')).json()) as readonly Texts[];
createRoot(root).render(h(List, { rows }));
