/** Says so on the screen, which SeaBIOS sends to the serial port, and stops: the disk was booted and no installer. */
export const bootSectorText = 'LAB-INSTALLED-DISK';

/** Behind the code, which knows it as 0x7c19. */
const textOffset = 0x19;
const code = [
  'fc 31c0 8ed8', // cld; xor ax,ax; mov ds,ax
  'be197c', // mov si,0x7c19: the text, behind this code
  'ac 84c0 7409', // next: lodsb; test al,al; jz end
  'b40e bb0700 cd10', // mov ah,0x0e; mov bx,7; int 0x10
  'ebf2', // jmp next
  'f4 ebfd', // end: hlt; jmp end
];

/** A master boot record without partitions: loaded to 0x7c00, its last two bytes are 55 aa. */
export function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from(code.join('').replaceAll(' ', ''), 'hex').copy(sector);
  sector.write(`${bootSectorText}\r\n`, textOffset);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
