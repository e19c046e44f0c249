import '#renderer/zod-jitless.ts';
import { connect } from '#renderer/client/connect.ts';

// A page that shows its connection's states and the servers' names: what the shell's tests look at.
const states = document.getElementById('states');
const names = document.getElementById('names');

const connection = connect({
  onState: state => states?.append(`${state.is} `),
});

function add(name: string): void {
  const item = document.createElement('li');
  item.textContent = name;
  names?.append(item);
}

connection.client.world.changes(
  {},
  {
    onSnapshot(snapshot) {
      names?.replaceChildren();
      for (const { name } of snapshot.nodes) add(name);
    },
    onPatch(patch) {
      if (patch.op === 'put' && patch.table === 'nodes') add(patch.row.name);
    },
  },
);

Object.assign(window, { rackside: connection });
