# shellcheck shell=sh
# Secure erase of ATA disks (ACS-3 §4.18): a password is set, the erasure takes it away again.

# Known from other tools, so that a disk whose erasure was interrupted opens to whoever comes next.
ata_password=NULL

# hdparm -I: its Security section says `supported`, `enabled`, `locked`, `frozen`, each with a `not` before it or without.
choose_ata_eraser() {
  if ! hdparm -I "$device" >"$STEP/security-$disk_name" 2>"$STEP/tool-error"; then
    refuse_erase erase-not-supported "it does not answer to ATA commands: $(tail -n 1 "$STEP/tool-error")"
    return 0
  fi
  if ! has_security supported; then
    refuse_erase erase-not-supported 'it has no ATA security feature set'
  elif has_security frozen; then
    refuse_erase disk-frozen 'the firmware has frozen its security settings at start. Switch the machine off and on (not a restart), or plug the disk out and in while it runs; some firmware has a setting for it'
  elif has_security locked && ! hdparm --user-master u --security-unlock "$ata_password" "$device" >"$STEP/tool-error" 2>&1; then
    refuse_erase disk-locked 'it is locked by a password that is not known here'
  elif has_security enabled && ! hdparm --user-master u --security-disable "$ata_password" "$device" >"$STEP/tool-error" 2>&1; then
    refuse_erase disk-locked 'it has a password that is not known here'
  elif grep -qE '^[[:space:]]*supported: enhanced erase' "$STEP/security-$disk_name"; then
    secure_eraser=ata_erase_enhanced
  else
    secure_eraser=ata_erase
  fi
}

has_security() {
  sed -n '/^Security:/,/^[A-Z]/p' "$STEP/security-$disk_name" | grep -qE "^[[:space:]]+$1[[:space:]]*\$"
}

ata_erase() {
  erased_by=ata-security-erase
  say_ata_estimate 'SECURITY ERASE UNIT'
  erase_ata --security-erase
}

ata_erase_enhanced() {
  erased_by=ata-security-erase-enhanced
  say_ata_estimate 'ENHANCED SECURITY ERASE UNIT'
  erase_ata --security-erase-enhanced
}

# hdparm: `6min for SECURITY ERASE UNIT. more than 508min for ENHANCED SECURITY ERASE UNIT.` Not every disk says it.
say_ata_estimate() {
  ata_minutes=$(tr '.' '\n' <"$STEP/security-$disk_name" | sed -n "s/^[^0-9]*\([0-9]\{1,\}\)min for $1\$/\1/p")
  say "$disk_name erases itself and tells no progress until it has: ${ata_minutes:-an unknown number of} minutes by its own estimate"
}

# The command answers when the disk has done it, which takes hours on a large one; it says nothing of its progress.
erase_ata() {
  try erase-failed hdparm --user-master u --security-set-pass "$ata_password" "$device" || return 0
  if ! try erase-failed hdparm --user-master u "$1" "$ata_password" "$device"; then
    take_password_away
    return 0
  fi
  hdparm -I "$device" >"$STEP/security-$disk_name" 2>/dev/null || :
  if ! has_security 'not[[:space:]]+enabled'; then
    erase_failed erase-failed 'its password is still set: it was not erased'
    return 0
  fi
  end_secure_erase
}

# Else nobody could use the disk without that word. One whose erasure broke off is locked until it hears it.
take_password_away() {
  for password_command in --security-unlock --security-disable; do
    hdparm --user-master u "$password_command" "$ata_password" "$device" >/dev/null 2>&1 || :
  done
  hdparm -I "$device" >"$STEP/security-$disk_name" 2>/dev/null || :
  has_security 'not[[:space:]]+enabled' ||
    erase_failed erase-failed "$erase_message; it may still have the password $ata_password, with which nothing can be written to it: erase it again"
}
