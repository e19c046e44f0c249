import { type AnswerFileProblem, problem } from './problem.ts';

/** Disks as the kernel numbers them at every start anew; a shell's variable, `/dev/disk/by-…` and a made-up name are none. */
const kernelName = /^(\/dev\/)?(sd|hd|vd|xvd|nvme|mmcblk|dasd)[a-z0-9*?[\]-]*$/;

/** One error for each word that is a disk only as long as nothing changes. */
export function kernelNameProblems(
  words: readonly string[],
  line: number | null = null,
): AnswerFileProblem[] {
  return words
    .filter(word => kernelName.test(word))
    .map(name =>
      problem('any_disk.kernel_name', `${name} may be another disk at the next start`, {
        values: { name },
        line,
      }),
    );
}
