/** What a disk is known by, as the contract's `DiskIdentity`. Empty strings where the hardware says nothing. */
interface DiskMarks {
  readonly name: string;
  readonly model: string;
  readonly serial: string;
  readonly wwn: string;
  readonly byPath: string;
  readonly sizeBytes: number;
}

export function identityOf({ name, model, serial, wwn, byPath, sizeBytes }: DiskMarks): DiskMarks {
  return { name, model, serial, wwn, byPath, sizeBytes };
}

/**
 * The disks that may be the one that was meant. Two with one serial (a LUN on two paths, or a careless vendor) are told
 * apart by the way to them, if that is known.
 */
export function findAgain<Disk extends DiskMarks>(meant: DiskMarks, disks: readonly Disk[]): readonly Disk[] {
  const alike = disks.filter(disk => isSameDisk(meant, disk));
  if (alike.length < 2 || meant.byPath === '') return alike;
  return alike.filter(disk => sameText(meant.byPath, disk.byPath));
}

/**
 * Whether `disk` is the one that was meant: by serial and WWN; by the way to it when it has neither; by its size alone
 * when nobody knows that either (several may then be "the same"). Never by its kernel name.
 */
export function isSameDisk(meant: DiskMarks, disk: DiskMarks): boolean {
  if (meant.sizeBytes !== disk.sizeBytes) return false;
  if (meant.serial !== '' || meant.wwn !== '') {
    return (
      (meant.serial === '' || sameText(meant.serial, disk.serial)) &&
      (meant.wwn === '' || sameText(meant.wwn, disk.wwn))
    );
  }
  const isNameless = disk.serial === '' && disk.wwn === '';
  return isNameless && (meant.byPath === '' || sameText(meant.byPath, disk.byPath));
}

function sameText(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
