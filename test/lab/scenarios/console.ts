/** The console of a machine that was installed: its serial port in QEMU, OpenIPMI's BMC, our SOL client, a terminal. */
import { check, checkEqual } from '../check.ts';
import { logInOnTerminal, openTerminal } from '../console.ts';
import { finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { biosServer } from '../machines.ts';
import type { Scenario } from '../run.ts';

const lastNumber = 149_999;
const end = 'END-OF-OUTPUT\r\n';
/** Each of 1.2 million bytes makes an emulated 16550 interrupt its machine. */
const outputTimeoutMs = 900_000;

export const console: Scenario = async run => {
  const laptop = await openLaptop(run, [biosServer]);
  const { consoles } = laptop.product.call;
  const image = await importOsImage(run, laptop.product);
  const [server] = laptop.rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const installation = await startInstallation(run, laptop, { server, image, hostName: 'lab-console-01' });
  await finishInstallation(run, laptop, installation);
  const { wish } = installation;
  const prompt = `root@${wish.hostName}:~# `;

  run.phase('what was said before anybody looked');
  for (const text of ['LAB-GRUB', 'LAB-FACTS hostname=lab-console-01']) {
    const hits = await consoles.search({ text, nodeId: wish.node.id, limit: 10 });
    check(run, `the recordings have ${text}`, hits.length > 0);
  }

  run.phase('login');
  const terminal = await openTerminal(run, laptop, wish.node.id);
  await logInOnTerminal(run, terminal, wish);

  run.phase('1.2 MB of output');
  terminal.mark();
  // In two words, so that the echo of what is typed is not taken for it.
  terminal.type(`stty -echo; clear; seq -w 0 ${lastNumber}; echo END-OF-''OUTPUT\r`);
  const beginMs = performance.now();
  const heard = await terminal.waitFor(end, outputTimeoutMs);
  // Before it stands what was typed, behind it the prompt.
  const output = heard.slice(heard.indexOf('000000\r\n'), heard.indexOf(end) + end.length);
  run.log(`${output.length} bytes in ${Math.round(performance.now() - beginMs)} ms`);
  const numbers = Array.from({ length: lastNumber + 1 }, (_, number) => String(number).padStart(6, '0'));
  const expected = `${numbers.join('\r\n')}\r\n${end}`;
  const firstWrong = Array.from(expected).findIndex((letter, at) => output[at] !== letter);
  const said = JSON.stringify(output.slice(Math.max(0, firstWrong - 20), firstWrong + 40));
  check(run, 'every byte came, in its place', output === expected, `at ${firstWrong}: ${said}`);

  run.phase('the BMC starts anew');
  terminal.mark();
  await server.bmc.restart();
  await terminal.waitFor('[Rackside: the console was not connected here: ', 120_000);
  const connected = await untilConnected(async () => {
    terminal.type('\r');
    return terminal.waitFor(prompt, 5000).then(
      () => true,
      () => false,
    );
  });
  check(run, 'the console came back by itself, with its gap marked', connected);
  const { length } = await consoles.recordings({ nodeId: wish.node.id });
  checkEqual(run, 'that it is recorded', length > 0, true);
};

/** A dropped console is tried again after 2, 4, 8 … seconds. */
async function untilConnected(isConnected: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 24; attempt += 1) if (await isConnected()) return true;
  return false;
}
