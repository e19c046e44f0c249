import { useCallback, useMemo, useRef } from 'react';
import { goTo } from '../../../app/route.ts';
import type { NodeRow } from '../rack-rows.ts';
import type { OpenMenu } from './BlockMenu.tsx';
import type { BlockHandlers } from './ServerBlock.tsx';

/** The same functions for the page's life: a block is not drawn again because another was selected. */
export function useBlockHandlers(
  selectedKeys: ReadonlySet<string>,
  onSelect: (keys: ReadonlySet<string>) => void,
  setActiveId: (id: string) => void,
  onMenu: (menu: OpenMenu) => void,
  onHold: BlockHandlers['onHold'],
) {
  const latest = useRef({ selectedKeys, onSelect, onHold });
  latest.current = { selectedKeys, onSelect, onHold };
  const toggle = useCallback(({ node }: NodeRow) => {
    const keys = new Set(latest.current.selectedKeys);
    if (!keys.delete(node.id)) keys.add(node.id);
    latest.current.onSelect(keys);
  }, []);
  const handlers = useMemo<BlockHandlers>(
    () => ({
      onOpen(row) {
        setActiveId(row.node.id);
        goTo('rack', row.node.id);
      },
      onToggle(row) {
        setActiveId(row.node.id);
        toggle(row);
      },
      onMenu: (row, at) => onMenu({ row, ...at }),
      onHold: row => latest.current.onHold(row),
    }),
    [setActiveId, toggle, onMenu],
  );
  return { toggle, handlers };
}
