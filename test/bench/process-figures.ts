/** What the kernel tells of a running process, from /proc. */
import { readdir, readFile } from 'node:fs/promises';

/** Of the kernel's clock in /proc/PID/stat (sysconf _SC_CLK_TCK, 100 on every Linux we run on). */
const ticksPerSecond = 100;

/** User and system time of a process and its children (nginx's workers). */
export async function cpuSeconds(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(tasks.map(task => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')));
  const children = lists
    .join(' ')
    .split(' ')
    .filter(text => text.trim() !== '');
  const own = await cpuTicks(pid);
  const theirs = await Promise.all(children.map(child => cpuTicks(Number(child))));
  return theirs.reduce((sum, ticks) => sum + ticks, own) / ticksPerSecond;
}

/** proc(5): utime and stime are fields 14 and 15; the name in field 2 may hold spaces. */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** `VmRSS` is memory in use now, `VmHWM` the most it ever was; MiB. */
export async function memoryMebibytes(pid: number, figure: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${figure}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no ${figure}`);
  return Number(kibibytes) / 1024;
}
